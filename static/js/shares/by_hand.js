// A share by hand: the phone's own share sheet, where there is one, and words that are copied on the way out.
const words = document.getElementById("by-hand-words");
const sheet = document.querySelector("[data-sheet]");

const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { value: text } }));
// Not allowed, or no https: the words stand there to be copied by hand.
const copyWords = () => navigator.clipboard?.writeText(words.value).then(() => true, () => false) ?? Promise.resolve(false);

// The picture is fetched before the press: a browser forgets a press while it waits for one.
async function picture(url) {
  try {
    const blob = await (await fetch(url)).blob();
    return new File([blob], `picture.${blob.type.split("/")[1]}`, { type: blob.type });
  } catch {
    return null;
  }
}

function offered(file) {
  const data = { title: sheet.dataset.title, text: words.value };
  if (sheet.dataset.link) data.url = sheet.dataset.link;
  const withPicture = { ...data, files: [file] };
  return file && navigator.canShare?.(withPicture) ? withPicture : data;
}

if (sheet && navigator.share) {
  const file = sheet.dataset.picture ? picture(sheet.dataset.picture) : Promise.resolve(null);
  file.then((found) => {
    sheet.hidden = false;
    document.querySelector("[data-without-sheet]")?.remove();
    sheet.addEventListener("click", async () => {
      // Some apps drop the words when a picture comes along: then they can be pasted.
      copyWords();
      try {
        await navigator.share(offered(found));
      } catch (error) {
        if (error.name !== "AbortError") say(sheet.dataset.trouble);
      }
    });
  });
}

for (const way of document.querySelectorAll("[data-takes-words]")) {
  way.addEventListener("click", async () => {
    if (await copyWords()) say(way.dataset.takesWords);
  });
}
