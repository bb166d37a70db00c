// How large a millimetre is on this glass: a frame that an organiser makes as large as a bank card.

import { fillWords, find, define, draw } from "./views.js";
import { measured, millimetre, within } from "./screen.js";

// ISO/IEC 7810 ID-1: a bank card, an identity card.
const CARD = 85.6;
const STEP = 0.01;
const AGAIN_AFTER = 350;
const AGAIN_EACH = 60;

let mm = 0;
let timer = 0;

/** Begin with what holds now. */
export function begin() {
  mm = millimetre();
}

/** Keep what the frame shows. */
export const keep = () => measured(mm);

function change(by) {
  mm = within(mm + by);
  frame();
}

function frame() {
  find("measure-card").style.setProperty("--card-mm", `${mm}px`);
}

function hold(by) {
  change(by);
  timer = setTimeout(function again() {
    change(by);
    timer = setTimeout(again, AGAIN_EACH);
  }, AGAIN_AFTER);
}

const stop = () => clearTimeout(timer);

/** Draw the frame, and let it be pressed and dragged. */
export function defineMeasure() {
  define("measure", () => { fillWords(find("measure-card").parentElement); frame(); });
  for (const button of document.querySelectorAll("[data-by]")) {
    const by = Number(button.dataset.by) * STEP;
    button.addEventListener("pointerdown", () => hold(by));
    button.addEventListener("click", (event) => event.detail === 0 && change(by));
  }
  for (const kind of ["pointerup", "pointercancel"]) window.addEventListener(kind, stop);
  drag(find("measure-card"));
}

/** The frame is held in its middle: a side moves half as far as the width grows. */
function drag(card) {
  let from = null;
  card.addEventListener("pointerdown", (event) => {
    card.setPointerCapture(event.pointerId);
    from = { x: event.clientX, mm };
  });
  card.addEventListener("pointermove", (event) => {
    if (!from) return;
    const { left, width } = card.getBoundingClientRect();
    const outwards = event.clientX > left + width / 2 ? 1 : -1;
    mm = within(from.mm + (outwards * 2 * (event.clientX - from.x)) / CARD);
    frame();
  });
  for (const kind of ["pointerup", "pointercancel"]) card.addEventListener(kind, () => { from = null; draw(); });
}
