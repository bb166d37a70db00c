// A gun is tried: what it typed, how fast, what came after, and whether it may be used. Nothing leaves this page.

import { hearAll, Repeats } from "../gun.js";
import { icon, make } from "../parts.js";
import { chime, unlockOnTouch } from "../sound.js";
import { pageWords } from "../words.js";
import { judge } from "./verdict.js";

const ICONS = { welcome: "circle-check", refused: "alert-triangle" };
/** After so long a silence a burst that was too slow for a gun is over; so few keys are a person's. */
const SLOW_AFTER = 700;
const FEWEST_KEYS = 10;

const say = pageWords();
const find = (id) => document.getElementById(id);
const repeats = new Repeats();

/** What is noticed of the keys since the last burst. */
class Keys {
  #times = [];
  #composed = false;
  #caps = false;
  #layout = false;

  take(event) {
    this.#composed ||= event.key === "Process" || event.isComposing;
    this.#caps ||= event.getModifierState("CapsLock");
    const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
    if (!digit) return;
    this.#layout ||= !event.shiftKey && event.key !== "Process" && event.key !== digit[1];
    this.#times.push(event.timeStamp);
  }

  /** @returns {import("./verdict.js").Noticed} */
  forget() {
    const keys = this.#times.length;
    const gap = keys > 1 ? (this.#times[keys - 1] - this.#times[0]) / (keys - 1) : 0;
    const noticed = { keys, gap, isComposed: this.#composed, isCapsLocked: this.#caps, isOtherLayout: this.#layout };
    this.#times = [];
    this.#composed = this.#caps = this.#layout = false;
    return noticed;
  }
}

const keys = new Keys();
let silence = 0;

function told(heard, now) {
  clearTimeout(silence);
  const noticed = keys.forget();
  const isRepeat = heard.codes.filter((code) => repeats.isRepeat(code, now)).length > 0;
  show(judge(heard, noticed, isRepeat), heard, noticed);
}

function show(verdict, { text }, { gap }) {
  chime(verdict.state);
  const box = find("verdict");
  box.className = `gun__verdict state state--${verdict.state}`;
  find("verdict-icon").replaceChildren(icon(ICONS[verdict.state], "icon--l"));
  find("verdict-word").textContent = say(verdict.key);
  find("verdict-line").textContent = say(`${verdict.key}_line`);
  find("saw").hidden = false;
  find("saw-text").textContent = text ?? "–";
  find("saw-end").textContent = verdict.end ? say(`end_${verdict.end}`) : "–";
  find("saw-gap").textContent = gap ? say("gap", { n: Math.round(gap) }) : "–";
  find("notes").replaceChildren(...verdict.notes.map((key) => make("li", "", icon("help-circle"), say(`note_${key}`))));
}

// Before the listener, which keeps a gun's keys from everybody else.
window.addEventListener("keydown", (event) => {
  keys.take(event);
  clearTimeout(silence);
  silence = setTimeout(tooSlow, SLOW_AFTER);
}, true);

function tooSlow() {
  const noticed = keys.forget();
  if (noticed.keys < FEWEST_KEYS) return;
  show(judge({ text: null, codes: [], end: "", mixed: false }, noticed, false), { text: null }, noticed);
}

hearAll(told);
unlockOnTouch();
