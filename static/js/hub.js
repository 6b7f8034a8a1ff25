// What every page can do with a script, and does without one in a plainer way.

// Dialogs: <button data-opens="some-id"> opens <dialog id="some-id">; <button data-closes> closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    document.getElementById(opener.dataset.opens)?.showModal();
    return;
  }
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
});

// A click on the veil closes the dialog, as Escape does.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

// Menus are <details class="menu">: one at a time, closed by Escape and by a click elsewhere.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Messages can be put away.
document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".message, .toast")?.remove();
});

// A file drop names what was chosen, and lights up under a dragged file.
document.addEventListener("change", (event) => {
  const drop = event.target.closest?.(".filedrop");
  if (!drop) return;
  drop.querySelector(".filedrop__names").textContent = [...event.target.files].map((file) => file.name).join(", ");
});

for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(kind, (event) => {
    event.target.closest?.(".filedrop")?.classList.toggle("is-over", over);
  });
}

// A picture that does not come makes room for words about it, and with it goes what one could choose of it.
document.addEventListener(
  "error",
  (event) => {
    const words = event.target.dataset?.otherwise;
    if (!words) return;
    const instead = document.createElement("p");
    instead.className = "soft";
    instead.textContent = words;
    (event.target.closest(".field") ?? event.target).replaceWith(instead);
  },
  true,
);

// A press on a submit button is answered at once, and a second press posts nothing.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
  button.setAttribute("aria-busy", "true");
});

// Back in history shows the page as it was left: still busy, which it no longer is.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// Who signed in again in another tab has another token by now: forms that stood open send that one.
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

const renewTokens = () => {
  if (!token()) return;
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token();
};

document.addEventListener("submit", renewTokens, true);
document.addEventListener("htmx:configRequest", (event) => {
  if (!token()) return;
  event.detail.headers["X-CSRFToken"] = token();
  if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token();
});

// A request that did not get through is not passed over in silence: whoever pressed the button can press again.
for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(trouble, (event) => {
    // The answer itself may say what is wrong.
    if (event.detail.xhr?.getResponseHeader("HX-Trigger")) return;
    document.dispatchEvent(new CustomEvent("toast", { detail: { value: document.body.dataset.trouble } }));
  });
}

// Short news for people who listen: a response may send `HX-Trigger: {"toast": "Saved."}`.
// What stands there already is not said twice: it stays longer.
const SHOWN = 6000; // milliseconds

document.addEventListener("toast", (event) => {
  const words = event.detail.value;
  const toasts = document.getElementById("toasts");
  let toast = [...toasts.children].find((one) => one.textContent === words);
  if (!toast) {
    toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = words;
    toasts.append(toast);
  }
  clearTimeout(toast.dataset.timer);
  toast.dataset.timer = setTimeout(() => toast.remove(), SHOWN);
});
