// The queue: a share is moved by dragging it, with the arrow keys, or with buttons. The server decides.
const QUARTER = 15 * 60_000; // milliseconds
const LONG_PRESS = 450; // milliseconds
const FAR_ENOUGH = 6; // pixels
const EDGE = 90; // pixels

const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const inWords = new Intl.DateTimeFormat(language, {
  weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC",
});

// Times are those on the wall, counted as if they were UTC: the server knows the zone and its nights.
const read = (typed) => Date.parse(`${typed}Z`);
const write = (wall) => new Date(wall).toISOString().slice(0, 16);
const say = (words) => { document.getElementById("queue-news").textContent = words; };

let moving = null; // { entry, button, from, wall }, by keys or buttons
let press = null; // { entry, pointer, x, y, timer, isTouch, wall, label }, under a finger or a mouse
let focusNext = "";

document.documentElement.classList.add("can-move");

function save(entry, wall) {
  if (write(wall) === entry.dataset.at) return;
  focusNext = entry.querySelector("[data-moves]").id;
  entry.setAttribute("aria-busy", "true");
  window.htmx.ajax("POST", entry.dataset.url, {
    source: entry, target: "#queue", swap: "outerHTML", values: { at: write(wall) },
  });
}

// Whoever presses a button of a share stays with that share, wherever it goes.
document.addEventListener("htmx:beforeRequest", (event) => {
  focusNext ||= event.target.closest?.(".entry")?.id ?? "";
});

document.addEventListener("htmx:afterSettle", () => {
  if (!focusNext) return;
  const next = document.getElementById(focusNext);
  const button = next?.matches(".entry") ? next.querySelector(".entry__actions button") : next;
  (button ?? document.getElementById("queue-title"))?.focus();
  focusNext = "";
});

for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => document.querySelector(".entry[aria-busy]")?.removeAttribute("aria-busy"));
}

// Where it would stand, lit up.
function light(wall) {
  for (const lit of document.querySelectorAll(".is-target")) lit.classList.remove("is-target");
  if (wall === null) return;
  const [day, time] = write(wall).split("T");
  const column = document.querySelector(`[data-day="${day}"]`);
  const hour = column?.querySelector(`[data-hour="${Number(time.slice(0, 2))}"]`);
  (hour?.getBoundingClientRect().height ? hour : column)?.classList.add("is-target");
}

// By keys and buttons

function begin(button) {
  const entry = button.closest("[data-entry]");
  const wall = read(entry.dataset.at);
  moving = { entry, button, wall, shown: entry.querySelector(".entry__time").textContent };
  entry.classList.add("is-moving");
  button.setAttribute("aria-pressed", "true");
  entry.append(document.getElementById("mover").content.cloneNode(true));
  light(wall);
  say(document.getElementById("queue").dataset.how);
}

function shift(minutes) {
  const { entry, wall } = moving;
  const quarters = wall / QUARTER + minutes / 15;
  // From 10:37 a quarter later is 10:45; a day later is 10:37.
  const next = Math.abs(minutes) === 15 ? (minutes > 0 ? Math.floor(quarters) : Math.ceil(quarters)) : quarters;
  moving.wall = next * QUARTER;
  entry.querySelector(".entry__time").textContent = inWords.format(moving.wall);
  light(moving.wall);
  say(inWords.format(moving.wall));
}

function end() {
  const { entry, button, shown } = moving;
  moving = null;
  entry.classList.remove("is-moving");
  entry.querySelector(".mover").remove();
  entry.querySelector(".entry__time").textContent = shown;
  button.removeAttribute("aria-pressed");
  light(null);
}

function keep() {
  const { entry, wall } = moving;
  end();
  save(entry, wall);
}

function giveUp() {
  const { button } = moving;
  end();
  button.focus();
  say(document.getElementById("queue").dataset.gaveUp);
}

const KEYS = {
  ArrowUp: () => shift(-15), ArrowDown: () => shift(15), ArrowLeft: () => shift(-24 * 60), ArrowRight: () => shift(24 * 60),
  Enter: keep, Escape: giveUp,
};

document.addEventListener("keydown", (event) => {
  if (press?.label && event.key === "Escape") return letGo();
  if (!moving || !moving.entry.contains(event.target)) return;
  // On a button of the mover, Enter presses that button.
  if (event.key === "Enter" && event.target !== moving.button) return;
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-moves]");
  if (button) {
    const again = moving?.button === button;
    if (moving) giveUp();
    if (!again) begin(button);
  } else if (moving && event.target.closest("[data-minutes]")) {
    shift(Number(event.target.closest("[data-minutes]").dataset.minutes));
  } else if (moving && event.target.closest("[data-save]")) {
    keep();
  } else if (moving && event.target.closest("[data-give-up]")) {
    giveUp();
  }
});

// Whoever goes elsewhere has given up.
document.addEventListener("focusin", (event) => {
  if (!moving || moving.entry.contains(event.target)) return;
  end();
  say(document.getElementById("queue").dataset.gaveUp);
});

// By dragging

document.addEventListener("pointerdown", (event) => {
  const entry = event.target.closest("[data-entry]");
  if (!entry || event.button !== 0 || event.target.closest("button") || moving) return;
  const isTouch = event.pointerType !== "mouse";
  press = { entry, pointer: event.pointerId, x: event.clientX, y: event.clientY, isTouch, wall: null, label: null };
  // A finger that moves at once scrolls; one that rests lifts.
  if (isTouch) press.timer = setTimeout(lift, LONG_PRESS);
});

function lift() {
  press.entry.classList.add("is-lifted");
  press.label = document.createElement("p");
  press.label.className = "drag-label";
  document.body.append(press.label);
  follow();
  requestAnimationFrame(scrollAtTheEdges);
}

function follow() {
  press.wall = wallAt(press.x, press.y, read(press.entry.dataset.at));
  press.label.textContent = press.wall === null ? "" : inWords.format(press.wall);
  press.label.style.transform = `translate(${Math.min(press.x + 12, innerWidth - press.label.offsetWidth - 8)}px, ${press.y - 40}px)`;
  light(press.wall);
}

// The day under the pointer, and where hours are drawn the quarter; elsewhere it keeps its time of day.
function wallAt(x, y, from) {
  const under = document.elementFromPoint(x, y);
  const day = under?.closest("[data-day]");
  if (!day) return null;
  const hour = under.closest("[data-hour]");
  const box = hour?.getBoundingClientRect();
  if (!box?.height) return read(`${day.dataset.day}T${write(from).slice(11)}`);
  const quarter = Math.min(3, Math.floor(((y - box.top) / box.height) * 4));
  return read(`${day.dataset.day}T00:00`) + (Number(hour.dataset.hour) * 4 + quarter) * QUARTER;
}

function scrollAtTheEdges() {
  if (!press?.label) return;
  const speed = press.y < EDGE ? -10 : press.y > innerHeight - EDGE ? 10 : 0;
  if (speed) {
    scrollBy(0, speed);
    follow();
  }
  requestAnimationFrame(scrollAtTheEdges);
}

function letGo() {
  clearTimeout(press.timer);
  press.entry.classList.remove("is-lifted");
  press.label?.remove();
  if (press.label) light(null);
  press = null;
}

document.addEventListener("pointermove", (event) => {
  if (press?.pointer !== event.pointerId) return;
  const isFar = Math.hypot(event.clientX - press.x, event.clientY - press.y) > FAR_ENOUGH;
  if (!press.label && isFar && press.isTouch) return letGo();
  if (!press.label && !isFar) return;
  Object.assign(press, { x: event.clientX, y: event.clientY });
  if (press.label) follow();
  else lift();
});

document.addEventListener("pointerup", (event) => {
  if (press?.pointer !== event.pointerId) return;
  const { entry, wall, label } = press;
  letGo();
  if (!label) return;
  // The click that ends a drag opens nothing.
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  if (wall !== null) save(entry, wall);
});

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointercancel", () => press && letGo());
document.addEventListener("touchmove", (event) => { if (press?.label) event.preventDefault(); }, { passive: false });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-entry]")) event.preventDefault(); });
document.addEventListener("contextmenu", (event) => { if (press?.isTouch) event.preventDefault(); });
