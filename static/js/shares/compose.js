// The composer: start from a suggestion, say when, and see what the button will do.
const form = document.getElementById("composer");
const text = form.elements.text;
const language = form.elements.language;
const undo = form.querySelector("[data-undo-start]");
const share = form.querySelector("[data-share]");
const moment = form.querySelector("[data-moment]");
let before = "";
let into = text;

function write(words) {
  into.value = words;
  into.dispatchEvent(new Event("input", { bubbles: true }));
  into.focus();
  into.setSelectionRange(words.length, words.length);
}

form.addEventListener("click", (event) => {
  const start = event.target.closest("[data-start]");
  if (start) {
    event.preventDefault();
    // A line of the coach may be about the words for one account.
    into = form.elements[start.dataset.into ?? "text"];
    into.closest("details")?.setAttribute("open", "");
    before = into.value;
    language.value = start.dataset.language;
    undo.hidden = before.trim() === "";
    write(start.dataset.start);
  } else if (event.target.closest("[data-undo-start]")) {
    undo.hidden = true;
    write(before);
  }
});

// What was typed in a tunnel is saved behind it.
addEventListener("online", () => text.dispatchEvent(new Event("input", { bubbles: true })));

function showMoment() {
  const when = form.elements.when.value;
  moment.hidden = when !== "later";
  share.querySelector("span").textContent = when === "now" ? share.dataset.now : share.dataset.later;
}

// Choosing a moment is choosing "later".
form.elements.at.addEventListener("input", () => {
  form.elements.when.value = "later";
  showMoment();
});
form.addEventListener("change", showMoment);
showMoment();
