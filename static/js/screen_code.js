// The code on a booth's screen that residents' phones scan: it changes each half minute, and is taken for one more.

import { Unanswered } from "./station.js";

// Asked for often rather than at the change: nobody needs to know whose clock is right.
const EVERY = 8000;
const OLD_AFTER = 40_000;

export class ScreenCode {
  #station;
  #place;
  #onChange;
  #slug = null;
  #timer = 0;
  #drawnAt = -Infinity;

  /**
   * @param {import("./station.js").Station} station
   * @param {HTMLElement} place where it is drawn; `hidden` while there is none
   * @param {() => void} [onChange] it came or went, and takes room
   */
  constructor(station, place, onChange = () => {}) {
    this.#station = station;
    this.#place = place;
    this.#onChange = onChange;
  }

  /** Show a booth's code, null for none. @param {string | null} slug */
  show(slug) {
    if (slug === this.#slug) return;
    this.#slug = slug;
    this.#clear();
    clearTimeout(this.#timer);
    if (slug) this.#keepFresh(slug);
  }

  async #keepFresh(slug) {
    await this.#draw(slug);
    if (slug !== this.#slug) return;
    if (performance.now() - this.#drawnAt > OLD_AFTER) this.#clear();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keepFresh(slug), EVERY);
  }

  async #draw(slug) {
    try {
      const { status, body } = await this.#station.call("GET", `/booths/${slug}/rotating-code`);
      if (status !== 200 || slug !== this.#slug) return;
      const drawn = new DOMParser().parseFromString(body.svg, "image/svg+xml").documentElement;
      this.#put(document.importNode(drawn, true));
      this.#drawnAt = performance.now();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  /** An old code would only send people away. */
  #clear() {
    if (!this.#place.hidden) this.#put();
  }

  #put(...drawn) {
    const isNew = this.#place.hidden === drawn.length > 0;
    this.#place.replaceChildren(...drawn);
    this.#place.hidden = drawn.length === 0;
    if (isNew) this.#onChange();
  }
}
