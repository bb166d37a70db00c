// The last five, each with its undo.

import { icon, make } from "../parts.js";
import { find, hour, say } from "./page.js";
import { canUndo } from "./recent.js";

const ICONS = {
  welcome: "check", again: "clock-check", refused: "alert-triangle", kept: "clock", undoing: "arrow-back-up", undone: "arrow-back-up",
};

/**
 * Draw the last five.
 * @param {import("./recent.js").Recent} recent
 * @param {number} now in milliseconds of the festival's clock
 */
export function drawRecent(recent, now) {
  const lines = recent.shown.map((line) => ({ line, undo: canUndo(line, now) }));
  const drawn = JSON.stringify(lines);
  // Drawing anew would take the focus, and a finger's press, away.
  if (find("recent").dataset.drawn === drawn) return;
  find("recent").dataset.drawn = drawn;
  find("recent").replaceChildren(...lines.map(({ line, undo }) => row(line, undo)));
}

function row(line, undo) {
  const what = whatOf(line);
  const word = make("span", "recent__what", make("span", "recent__word", say(`line_${line.state}`)), " ", make("span", "", what));
  const item = make("li", `recent__row recent__row--${line.state}`,
    make("time", "recent__time figure", hour(new Date(line.at))), icon(ICONS[line.state]), word);
  if (undo) item.append(undoButton(line, what));
  return item;
}

function undoButton(line, what) {
  const button = make("button", "button button--phone recent__undo", icon("arrow-back-up"), make("span", "", say("undo")));
  button.type = "button";
  button.dataset.undo = line.id;
  button.setAttribute("aria-label", say("undo_of", { what }));
  return button;
}

function whatOf({ kind, party, short }) {
  if (kind === "walk-in") return say("party", { n: party });
  return short ?? say(kind === "bad" ? "some_code" : "some_card");
}
