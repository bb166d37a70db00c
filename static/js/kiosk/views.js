// One view is on the glass at a time; above it the header, below it the wall. Words are fitted to what room there is.

import { say, saySecond, onChange } from "./settings.js";

const SMALLEST = 0.4;
const STEP = 0.04;
// A last line's letters may reach a little below its box.
const LOOSE = 8;

const page = document.getElementById("page");
const sections = new Map([...document.querySelectorAll("section[data-view]")].map((view) => [view.dataset.view, view]));
const draws = new Map();
let shown = "";
let at = -Infinity;

export const find = (id) => document.getElementById(id);
export const showing = () => shown;
/** When it was shown, in milliseconds of the page. */
export const shownAt = () => at;

/** Say how a view is drawn; it is called when the view is shown and when the language changes. */
export const define = (name, draw) => draws.set(name, draw);

/**
 * Show a view.
 * @param {string} name
 * @param {string} [state] welcome, again, refused or kept: paints all above the wall
 */
export function show(name, state = "") {
  shown = name;
  at = performance.now();
  for (const [each, view] of sections) view.hidden = each !== name;
  page.dataset.view = name;
  page.className = state ? `kiosk__page state state--${state}` : "kiosk__page";
  goInto(sections.get(name));
  draw();
}

/** Nothing has the focus, where a gun would press it; but the next Tab goes to the first button of what is shown. */
function goInto(view) {
  document.activeElement?.blur?.();
  if (!view) return;
  view.tabIndex = -1;
  view.focus({ preventScroll: true });
  view.blur();
}

/** Draw what is on the glass anew. */
export function draw() {
  draws.get(shown)?.();
  fillWords(page);
  fit();
}

/** Fill in the words of all that names one. */
export function fillWords(root) {
  for (const each of root.querySelectorAll("[data-word]")) write(each, say(each.dataset.word));
  for (const each of root.querySelectorAll("[data-second]")) write(each, saySecond(each.dataset.second), "en");
}

/** Write a text, and only where it has changed: a screen reader reads changes out. */
export function write(element, text, lang = "") {
  if (element.textContent !== text) element.textContent = text;
  if (lang) element.lang = lang;
}

/** Make the words as large as the room allows. */
export function fit() {
  const view = sections.get(shown);
  if (!view) return;
  for (let scale = 1; scale >= SMALLEST; scale -= STEP) {
    view.style.setProperty("--fit", scale.toFixed(2));
    fitLines(view);
    if (fitsIn(view, 1) && rooms(view).every((room) => fitsIn(room, LOOSE))) break;
  }
  fitLines(page.querySelector(".kiosk__header"));
}

// What is laid out may overlap where it does not overflow the view: those parts are asked too.
const rooms = (view) => [...view.querySelectorAll("[data-room]")];
const fitsIn = (room, loose) => room.scrollWidth <= room.clientWidth + 1
  && (room.dataset.room === "wide" || room.scrollHeight <= room.clientHeight + loose);

function fitLines(root) {
  const lines = [...root.querySelectorAll("[data-line]")].filter((line) => line.clientWidth);
  for (const line of lines) line.style.removeProperty("--shrink");
  const shares = lines.map((line) => (line.clientWidth / line.scrollWidth) * 0.985);
  lines.forEach((line, at) => {
    if (line.scrollWidth > line.clientWidth + 1) line.style.setProperty("--shrink", shares[at].toFixed(3));
  });
}

onChange(() => draw());
window.addEventListener("resize", fit);
document.fonts?.addEventListener("loadingdone", fit);
