// What is on the screen: one view at a time, its words, and the bands above it.

import { hoursIn } from "../hours.js";
import { pageWords } from "../words.js";

export const say = pageWords();
export const language = () => document.documentElement.lang;
export const find = (id) => document.getElementById(id);

const views = new Map([...document.querySelectorAll("section[data-view]")].map((view) => [view.dataset.view, view]));
let shown = "start";

export const showing = () => shown;

/**
 * Show a view, and the booth's name above it where it belongs to one.
 * @param {"start" | "pair" | "choose" | "scan" | "number" | "party" | "phones" | "question" | "tray" | "tray-card" | "moved"} name
 */
export function show(name) {
  shown = name;
  for (const [each, view] of views) view.hidden = each !== name;
  find("page").dataset.view = name;
  find("head").hidden = ["start", "pair", "choose"].includes(name);
  window.scrollTo(0, 0);
}

/** Write a text, and only where it has changed: a screen reader reads changes out. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export const { hourOf, hour } = hoursIn(find("page").dataset.zone);
