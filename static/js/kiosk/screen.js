// What an organiser set up at this one screen: how large a millimetre is, whether buttons lie low, where the reader is.

import { Kept } from "../kept.js";
import { fit } from "./views.js";

const USUAL = 4;
const LEAST = 2;
const MOST = 12;
// Under 17 cm a glass holds no more than targets of 20 mm and the words that they need: a tablet.
const SMALL = 170;
const PLACES = ["below", "left", "right", "above"];

const kept = new Kept("laojiefang.screen");
const page = document.getElementById("page");

/** What is kept; `dots` are the glass's own to a millimetre, so that the system's magnification does not matter. */
const all = () => ({ dots: null, low: false, reader: PLACES[0], ...kept.read() });

/** How many pixels of the page make a millimetre. */
export const millimetre = () => within((all().dots ?? USUAL * devicePixelRatio) / devicePixelRatio);
export const within = (mm) => Math.min(MOST, Math.max(LEAST, mm));
export const isMeasured = () => all().dots !== null;
export const isLow = () => all().low;
export const reader = () => all().reader;

/** Keep what the bank card told. */
export const measured = (mm) => set({ dots: mm * devicePixelRatio });
export const turnLow = () => set({ low: !isLow() });
export const placeReader = (place) => set({ reader: PLACES.includes(place) ? place : PLACES[0] });

function set(change) {
  kept.write({ ...all(), ...change });
  apply();
}

/** Show the page as this screen wants it. */
export function apply() {
  document.documentElement.style.setProperty("--mm", `${millimetre()}px`);
  page.toggleAttribute("data-low", isLow());
  page.dataset.reader = reader();
  size();
}

function size() {
  page.dataset.glass = Math.min(innerWidth, innerHeight) / millimetre() < SMALL ? "small" : "large";
  halve();
}

/** Tell the page where its lower half begins: the header grows with its words. */
function halve() {
  const { bottom } = document.getElementById("main").getBoundingClientRect();
  const low = `${Math.max(0, bottom - innerHeight / 2)}px`;
  if (page.style.getPropertyValue("--low") === low) return;
  page.style.setProperty("--low", low);
  fit();
}

window.addEventListener("resize", size);
new ResizeObserver(halve).observe(document.getElementById("main"));
