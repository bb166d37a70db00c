// What is on the screen: one view at a time, its words, and the bands above it.

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

const hours = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: find("page").dataset.zone,
});

/** The time of day at the festival, as hours are set: 09:31. */
export const hourOf = (moment) => hours.format(moment);
/** Write a moment as the festival's clocks show it: 9:31, 14:05. */
export const hour = (moment) => hourOf(moment).replace(/^0(?=\d)/, "");
