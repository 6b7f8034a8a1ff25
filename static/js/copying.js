// <button data-copies="id of an input" data-copied="what to say then" hidden>: without a script one copies by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const input = document.getElementById(button.dataset.copies);
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      // Not allowed, or no https: it is selected, and one key copies it.
      return;
    }
    document.dispatchEvent(new CustomEvent("toast", { detail: { value: button.dataset.copied } }));
  });
}
