// The answer to a scan: it fills the screen for a moment, and stands in the camera's place until the next one.

import { fitName, fitText } from "../fit.js";
import { icon, make, plate } from "../parts.js";
import { chime, vibrate } from "../sound.js";
import { nameOf } from "./festival.js";
import { find, say, write } from "./page.js";

export const FILLS_FOR = 1500;
const ICONS = {
  welcome: "circle-check", again: "clock-check", refused: "alert-triangle", kept: "clock", undone: "arrow-back-up", "": "barcode",
};

export class Result {
  /** For how long an answer fills the screen, in milliseconds. */
  fillsFor = FILLS_FOR;
  #timer = 0;
  #undo = null;

  /** @param {import("./festival.js").Festival} festival */
  constructor(festival) {
    this.festival = festival;
    find("result").addEventListener("click", (event) => this.#touched(event));
    window.addEventListener("resize", () => this.#fit());
    new ResizeObserver(() => this.#fit()).observe(find("last"));
    document.fonts?.addEventListener("loadingdone", () => this.#fit());
    this.last({ state: "", word: say("ready"), line: say("ready_line"), card: "" });
  }

  #touched(event) {
    const undo = event.target.closest("#result-undo") && this.#undo;
    this.close();
    undo?.();
  }

  /**
   * Fill the screen with an answer, sound it, and leave it as the last one. It takes no touch from the next scan.
   * @param {import("./answers.js").Told} told
   * @param {(() => void) | null} [undo] what "undo" on it does
   */
  show(told, undo = null) {
    this.sound(told.state);
    this.last(told);
    this.#undo = undo;
    find("result").className = `result state state--${told.state}`;
    this.#head(told.visits);
    fill("result", told);
    find("result-undo").hidden = !undo;
    find("result").hidden = false;
    this.#fit();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), this.fillsFor);
  }

  #head(visits) {
    const { booth } = this.festival;
    if (!booth) return find("result-head").replaceChildren();
    const name = make("span", "result__name serif", nameOf(booth));
    const count = make("p", "head__count", make("span", "", say("today")));
    count.append(make("strong", "figure", String(visits ?? this.festival.stand(booth.slug).visits ?? "–")));
    return find("result-head").replaceChildren(plate(booth.number), name, count);
  }

  close() {
    clearTimeout(this.#timer);
    find("result").hidden = true;
  }

  /** Show an answer in the camera's place alone. @param {import("./answers.js").Told} told */
  last(told) {
    find("last").className = `last state ${told.state && told.state !== "undone" ? `state--${told.state}` : "last--plain"}`;
    fill("last", told);
    this.#fit();
  }

  /** @param {import("./answers.js").Told["state"]} state */
  sound(state) {
    const name = state === "undone" || state === "" ? "kept" : state;
    chime(name);
    vibrate(name === "kept" ? "welcome" : name);
  }

  #fit() {
    const wide = Math.min(window.innerWidth, 900);
    const tall = window.innerHeight;
    const high = find("last").clientHeight;
    const most = Math.min(96, wide / 5, high / 3);
    // What is hidden has no size to fit into.
    if (high) fitWord(find("last-word"), { most, least: 44 }, { most: most / 1.9, least: 20, lines: 2 });
    if (find("result").hidden) return;
    fitWord(find("result-word"), { most: Math.min(160, wide / 3.5, tall / 4), least: 64 }, { most: Math.min(wide / 4.5, tall / 6), least: 30, lines: 3 });
    const name = find("result-head").querySelector(".result__name");
    if (name) fitName(name);
  }
}

/** One line where the word can be large on it, else more. */
function fitWord(element, line, lines) {
  if (!fitText(element, line)) fitText(element, lines);
}

function fill(prefix, { state, word, line, card }) {
  find(`${prefix}-icon`).replaceChildren(icon(ICONS[state]));
  for (const [part, text] of Object.entries({ word, line, card })) {
    write(find(`${prefix}-${part}`), text);
    find(`${prefix}-${part}`).hidden = !text;
  }
}
