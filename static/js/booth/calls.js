// Who calls for help: every volunteer's page rings and buzzes, and shows it until one of them goes.

import { icon, make } from "../parts.js";
import { chime, vibrate } from "../sound.js";
import { Unanswered } from "../station.js";
import { find, hour, say } from "./page.js";

const EVERY = 1000;
const RING_AGAIN_AFTER = 30 * 1000;

export class Calls {
  /** When each ring was heard, by call and ring. @type {Map<string, number>} */
  #heard = new Map();
  #drawn = "";

  /** @param {import("../station.js").Station} station */
  constructor(station) {
    this.station = station;
    find("calls").addEventListener("click", ({ target }) => this.#touched(target));
  }

  /** Ask for ever: within a second or two of the ring it is heard. */
  async serve() {
    if (this.station.isPaired) await this.#refresh();
    else this.#show([]);
    setTimeout(() => this.serve(), EVERY);
  }

  async #refresh() {
    try {
      const { status, body } = await this.station.call("GET", "/calls");
      this.#show(status === 200 ? body.calls : []);
    } catch (error) {
      // What was shown stays: nobody knows that it is over.
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  #show(calls) {
    this.#ring(calls.filter(({ ended }) => !ended));
    const drawn = JSON.stringify(calls);
    // Drawing anew would take a finger's press away.
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    find("calls").replaceChildren(...calls.map(band));
  }

  #ring(waiting) {
    const now = performance.now();
    const isDue = ({ id, rings }) => now - (this.#heard.get(`${id}.${rings}`) ?? -Infinity) >= RING_AGAIN_AFTER;
    const due = waiting.filter(isDue);
    if (!due.length) return;
    for (const { id, rings } of due) this.#heard.set(`${id}.${rings}`, now);
    chime("ring");
    vibrate("ring");
  }

  async #touched(target) {
    const button = target.closest("[data-call]");
    if (!button) return;
    button.disabled = true;
    try {
      await this.station.call("POST", `/calls/${button.dataset.call}/take`);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      button.disabled = false;
    }
    await this.#refresh();
  }
}

function band(call) {
  if (call.ended) {
    const key = call.mine ? "call_mine" : call.at_booth ? "call_taken" : "call_taken_by";
    const words = say(key, { who: call.by, place: placeOf(call) });
    return make("div", "call call--taken", icon("circle-check"), make("span", "call__words", words));
  }
  const words = make("span", "call__words", say("call", { place: placeOf(call) }), " ", make("span", "call__time", hour(new Date(call.at))));
  const go = make("button", "call__go", say("call_go"));
  go.type = "button";
  go.dataset.call = String(call.id);
  return make("div", "call", icon("bell-ringing"), words, go);
}

/** Where somebody calls: a kiosk of one booth by its door plate, any other device by its name. */
function placeOf({ number, kind, station }) {
  if (number === null) return station;
  return say(kind === "kiosk" ? "call_kiosk" : "call_booth", { number });
}
