// The focal point of a picture: click, drag or press the arrow keys. The number fields are what is sent; without
// this script they are typed into.

const STEP = 1; // percent of the picture for one press of an arrow key; ten with Shift
const STEPS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function inputsOf(whole) {
  const row = whole.closest(".picture-row");
  return { x: row.querySelector("[name=picture_x]"), y: row.querySelector("[name=picture_y]") };
}

function pointOf(whole) {
  const { x, y } = inputsOf(whole);
  return { x: clamp(Number(x.value) || 0, 0, 100), y: clamp(Number(y.value) || 0, 0, 100) };
}

function draw(whole) {
  const { x, y } = pointOf(whole);
  const point = whole.querySelector(".focal__point");
  point.style.left = `${x}%`;
  point.style.top = `${y}%`;
  point.setAttribute("aria-label", point.dataset.label.replace("{x}", Math.round(x)).replace("{y}", Math.round(y)));
}

// Where a window of `part` of the picture's length lies, as CSS counts it: 0% at one edge, 100% at the other.
function position(centre, part) {
  return part >= 1 ? 50 : (100 * clamp(centre / 100 - part / 2, 0, 1 - part)) / (1 - part);
}

// Until the server has cut them anew, the crops are shown as they will be, by the same rule as `images.crop_box`.
function drawCrops(whole) {
  const picture = whole.querySelector("img");
  const { x, y } = pointOf(whole);
  const width = Number(picture.getAttribute("width"));
  const height = Number(picture.getAttribute("height"));
  for (const crop of whole.closest(".focal").querySelectorAll(".focal__crop img")) {
    const [cropWidth, cropHeight] = [Number(crop.getAttribute("width")), Number(crop.getAttribute("height"))];
    const scale = Math.min(width / cropWidth, height / cropHeight);
    if (crop.src !== picture.src) crop.src = picture.src;
    crop.style.aspectRatio = `${cropWidth} / ${cropHeight}`;
    crop.style.objectPosition = `${position(x, (cropWidth * scale) / width)}% ${position(y, (cropHeight * scale) / height)}%`;
  }
}

function moveTo(whole, x, y) {
  const inputs = inputsOf(whole);
  inputs.x.value = clamp(x, 0, 100).toFixed(1);
  inputs.y.value = clamp(y, 0, 100).toFixed(1);
  inputs.x.dispatchEvent(new Event("input", { bubbles: true }));
}

function follow(whole, event) {
  const frame = whole.getBoundingClientRect();
  moveTo(whole, (100 * (event.clientX - frame.left)) / frame.width, (100 * (event.clientY - frame.top)) / frame.height);
}

// A mouse drags from anywhere, a finger from the point: elsewhere it may want to scroll, and only a tap counts.
document.addEventListener("pointerdown", (event) => {
  const whole = event.target.closest(".focal--live .focal__whole");
  const drags = event.pointerType === "mouse" || event.target.matches(".focal__point");
  if (!whole || !drags || event.button) return;
  event.preventDefault();
  whole.setPointerCapture(event.pointerId);
  whole.querySelector(".focal__point").focus();
  follow(whole, event);
});

document.addEventListener("pointermove", (event) => {
  const whole = event.target.closest?.(".focal--live .focal__whole");
  if (whole?.hasPointerCapture(event.pointerId)) follow(whole, event);
});

document.addEventListener("click", (event) => {
  const whole = event.target.closest(".focal--live .focal__whole");
  if (whole && event.target.tagName === "IMG") follow(whole, event);
});

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const whole = event.target.closest?.(".focal__point")?.closest(".focal__whole");
  if (!whole || !step) return;
  event.preventDefault();
  const { x, y } = pointOf(whole);
  const times = event.shiftKey ? 10 : 1;
  moveTo(whole, x + times * step[0], y + times * step[1]);
});

// Whoever changes the numbers, the point and the crops go along.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[name=picture_x], [name=picture_y]")) return;
  const whole = event.target.closest(".picture-row").querySelector(".focal__whole");
  if (!whole) return;
  draw(whole);
  drawCrops(whole);
});

function wake(part) {
  for (const focal of part.parentElement.querySelectorAll(".focal:has(.focal__point):not(.focal--live)")) {
    focal.classList.add("focal--live");
    focal.querySelector(".focal__point").hidden = false;
    focal.querySelector(".focal__hint").hidden = false;
    draw(focal.querySelector(".focal__whole"));
  }
}

wake(document.body);
document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
