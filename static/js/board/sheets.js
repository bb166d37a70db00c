// What the board turns to between its booths: the day's programme, so many lines a sheet, and announcements.

import { make } from "../parts.js";
import { pageWords } from "../words.js";

const LINES = 5;
const ASK_EVERY = 20000;

const say = pageWords();

/** The sheets of now; none where the switch is off, nothing was written, or the server is away. */
export class Sheets {
  #place;
  #sheets = [];
  #known = "";

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
    this.#ask();
    setInterval(() => this.#ask(), ASK_EVERY);
  }

  get count() {
    return this.#sheets.length;
  }

  /**
   * Show one sheet; with a number below nought, or of a sheet that is gone, none.
   * @param {number} at
   */
  show(at) {
    const sheet = this.#sheets[at];
    this.#place.hidden = !sheet;
    this.#place.replaceChildren(...(sheet ? [sheet] : []));
  }

  async #ask() {
    try {
      const asked = await fetch("/board/programme", { cache: "no-store" });
      this.#take(asked.ok ? await asked.json() : { items: [], notices: [] });
    } catch {
      this.#take({ items: [], notices: [] });
    }
  }

  #take(programme) {
    const now = JSON.stringify(programme);
    if (now === this.#known) return;
    this.#known = now;
    this.#sheets = drawn(programme);
    this.show(-1);
    this.#place.dispatchEvent(new Event("change"));
  }
}

function drawn({ items, notices }) {
  const pages = Math.ceil(items.length / LINES);
  const each = Math.ceil(items.length / Math.max(1, pages));
  const programme = Array.from({ length: pages }, (_, at) => programmeSheet(items.slice(at * each, (at + 1) * each)));
  return [...programme, ...notices.map((text) => make("p", "notice-sheet", text))];
}

function programmeSheet(items) {
  const rows = items.map(({ at, title, place }) => make("li", "show",
    make("strong", "show__at figure", at.replace(/^0/, "")), make("span", "show__title", title), make("span", "show__place", place)));
  return make("section", "programme", make("h2", "programme__head serif", say("programme")), make("ol", "programme__list", ...rows));
}
