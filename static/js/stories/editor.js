// The page of one story: true counters, progress of uploads, and no typed word lost by leaving.

const storyForm = () => document.getElementById("story-form");

// A counter asks about its own text only, not about the whole form.
document.addEventListener("htmx:configRequest", (event) => {
  const row = event.detail.elt.matches("[data-counts]") && event.detail.elt.closest(".suggestion-row");
  if (!row) return;
  event.detail.parameters = {
    text: row.querySelector("[name=suggestion_text]").value,
    language: row.querySelector("[name=suggestion_language]").value,
    platform: row.querySelector("[name=suggestion_platform]").value,
  };
});

// What is too much for one request is not sent, only to be refused at the end of a long wait.
document.addEventListener("htmx:beforeRequest", (event) => {
  const field = event.detail.elt;
  if (field.id !== "uploads") return;
  const total = [...field.files].reduce((bytes, file) => bytes + file.size, 0);
  if (total <= Number(field.dataset.maxBytes)) return;
  event.preventDefault();
  field.value = "";
  document.dispatchEvent(new CustomEvent("toast", { detail: { value: field.dataset.tooMuch } }));
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const progress = document.getElementById("upload-progress");
  if (progress && event.target.id === "uploads" && event.detail.lengthComputable) {
    progress.value = (100 * event.detail.loaded) / event.detail.total;
  }
});

// What is on the page and not yet saved. Every press of a button that rearranges the page counts as well.
let unsaved = storyForm()?.hasAttribute("data-unsaved") ?? false;
const typedAt = new WeakMap();

const note = (event) => {
  if (!event.target.closest?.("#story-form") || event.target.name === "library_words") return;
  unsaved = true;
  typedAt.set(event.target, performance.now());
};
document.addEventListener("input", note);
document.addEventListener("change", note);

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target.id === "editor") unsaved = storyForm()?.hasAttribute("data-unsaved") ?? false;
  if (target.id === "pictures" || target.id === "suggestions") unsaved = true;
});

// What the page waits for: a save, an upload, a row that moves; each with when it left.
const underWay = new Map();
const PARTS = new Set(["editor", "pictures", "suggestions"]);

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (PARTS.has(detail.target.id)) underWay.set(detail.xhr, performance.now());
});

const typedSince = (part, moment) =>
  [...part.querySelectorAll("input:not([type=file]), textarea, select")].filter((field) => typedAt.get(field) > moment);

// What was typed since is newer than what comes back. Where rows were added, it goes along to the field that stands
// in its place; otherwise the page stays as it is, and knows that its earlier words were saved.
const ADDS_ROWS = new Set(["upload", "pick", "library", "add-suggestion"]);
const carried = new WeakMap();

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, shouldSwap, requestConfig } = event.detail;
  const newer = shouldSwap && PARTS.has(target.id) ? typedSince(target, underWay.get(xhr)) : [];
  if (!newer.length) return;
  if (ADDS_ROWS.has(requestConfig.parameters.do?.split(":")[0])) {
    carried.set(xhr, newer);
    return;
  }
  event.preventDefault();
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const saved = xhr.status === 200 && answer.querySelector("#story-form [name=seen]");
  if (saved) storyForm().elements.seen.value = saved.value;
  const said = answer.querySelector("#messages .message__words, .banner__title")?.textContent.trim();
  if (said) document.dispatchEvent(new CustomEvent("toast", { detail: { value: said } }));
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  for (const field of carried.get(detail.xhr) ?? []) {
    const stands = document.getElementById(field.id);
    if (stands) stands.value = field.value;
  }
});

// Whoever presses Publish meanwhile is heard when it is back, and not at all if something was wrong with it.
let pressed = "";

document.addEventListener(
  "submit",
  (event) => {
    if (event.target.id !== "story-form" || !underWay.size || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    pressed = event.submitter?.value ?? "save";
    event.submitter?.setAttribute("aria-busy", "true");
  },
  true,
);

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!underWay.delete(detail.xhr) || !pressed) return;
  const button = storyForm().querySelector(`[name=do][value="${pressed}"]`);
  const isFine = detail.xhr.status === 200;
  if (isFine && underWay.size) return;
  pressed = "";
  button?.removeAttribute("aria-busy");
  if (isFine && button) storyForm().requestSubmit(button);
});

// Saving and publishing take everything along; other ways off the page do not.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.id !== "story-form" || event.submitter?.hasAttribute("formaction")) return;
  unsaved = false;
});

window.addEventListener("beforeunload", (event) => {
  if (!unsaved) return;
  event.preventDefault();
  // Whoever stays finds the page as it was, and no button that still seems to be at work.
  setTimeout(() => window.dispatchEvent(new Event("pageshow")));
});
