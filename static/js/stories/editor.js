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

document.addEventListener("htmx:xhr:progress", (event) => {
  const progress = document.getElementById("upload-progress");
  if (progress && event.target.id === "uploads" && event.detail.lengthComputable) {
    progress.value = (100 * event.detail.loaded) / event.detail.total;
  }
});

// What is on the page and not yet saved. Every press of a button that rearranges the page counts as well.
let unsaved = storyForm()?.hasAttribute("data-unsaved") ?? false;

const note = (event) => {
  if (event.target.closest?.("#story-form") && event.target.name !== "library_words") unsaved = true;
};
document.addEventListener("input", note);
document.addEventListener("change", note);

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target.id === "editor") unsaved = storyForm()?.hasAttribute("data-unsaved") ?? false;
  if (target.id === "pictures" || target.id === "suggestions") unsaved = true;
});

// Saving and publishing take everything along; other ways off the page do not.
document.addEventListener("submit", (event) => {
  if (event.target.id === "story-form" && !event.submitter?.hasAttribute("formaction")) unsaved = false;
});

window.addEventListener("beforeunload", (event) => {
  if (!unsaved) return;
  event.preventDefault();
  // Whoever stays finds the page as it was, and no button that still seems to be at work.
  setTimeout(() => window.dispatchEvent(new Event("pageshow")));
});
