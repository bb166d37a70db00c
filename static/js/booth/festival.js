// What the booth page knows of the festival: its booths, how they stand now, and what time it is there.

import { Kept } from "../kept.js";
import { Unanswered } from "../station.js";
import { language } from "./page.js";

const BOARD_EVERY = 2000;
const STATION_EVERY = 30000;
const CHOSEN = "laojiefang.booth.chosen";

/** @typedef {{slug: string, number: number, name: string, name_en?: string, questions?: object[]}} Booth */

export class Festival {
  /** The booths of this device. @type {Booth[]} */
  booths = [];
  /** By how many milliseconds the festival's clock is ahead of this device's. */
  ahead = 0;
  isRead = false;
  #stands = new Map();
  #version = null;
  #stationReadAt = -Infinity;
  #timer = 0;
  #chosen = remembered();
  #kept = new Kept("laojiefang.booth.festival");

  /**
   * @param {import("../station.js").Station} station
   * @param {() => void} onNews
   */
  constructor(station, onNews) {
    this.station = station;
    this.onNews = onNews;
  }

  /** Begin with what an earlier page knew: the server may be away. */
  recall() {
    const kept = this.#kept.read();
    if (!kept) return;
    this.booths = kept.booths;
    this.ahead = kept.ahead;
    this.#stands = new Map(kept.stands);
    this.isRead = true;
  }

  /** Forget everything: the device belongs to somebody else now. */
  clear() {
    this.#kept.write(null);
    this.booths = [];
    this.#stands.clear();
    this.isRead = false;
  }

  /** Read everything now, then keep it fresh for as long as the device is a station. */
  async begin() {
    clearTimeout(this.#timer);
    this.#stationReadAt = -Infinity;
    await this.#keepFresh();
  }

  async #keepFresh() {
    if (!this.station.isPaired) return;
    if (!document.hidden || !this.isRead) await this.refresh();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keepFresh(), this.isRead ? BOARD_EVERY : BOARD_EVERY / 2);
  }

  /** Read what may have changed. */
  async refresh() {
    try {
      if (performance.now() - this.#stationReadAt >= STATION_EVERY) await this.#readStation();
      await this.#readBoard();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      return;
    }
    this.onNews();
  }

  async #readStation() {
    const asked = Date.now();
    const { status, body } = await this.station.call("GET", `/station?sent_at=${new Date(asked).toISOString()}`);
    if (status !== 200) return;
    this.ahead = Date.parse(body.time) - (asked + Date.now()) / 2;
    const all = await this.station.call("GET", "/booths");
    if (all.status !== 200) return;
    const own = new Set(body.booths);
    this.booths = all.body.booths.filter((booth) => own.has(booth.slug));
    this.#stationReadAt = performance.now();
    this.isRead = true;
    // A page that slept has not noticed that the server was away.
    this.station.meet();
  }

  async #readBoard() {
    const { status, body } = await this.station.call("GET", "/board");
    if (status !== 200) return;
    this.#stands = new Map(body.booths.map((booth) => [booth.slug, booth]));
    if (this.#version !== null && body.version !== this.#version && this.#looksChanged(body)) await this.#readStation();
    this.#version = body.version;
    this.#kept.write({ booths: this.booths, ahead: this.ahead, stands: [...this.#stands] });
  }

  #looksChanged({ booths }) {
    const shown = new Map(booths.map((booth) => [booth.slug, booth]));
    return this.booths.some((own) => {
      const now = shown.get(own.slug);
      return !now || now.name !== own.name || now.number !== own.number;
    });
  }

  /** The booth that is checked in for, or null where one must be chosen first. @returns {Booth | null} */
  get booth() {
    if (this.booths.length === 1) return this.booths[0];
    return this.booths.find((booth) => booth.slug === this.#chosen) ?? null;
  }

  /** @param {string} slug */
  choose(slug) {
    this.#chosen = slug;
    try {
      localStorage.setItem(CHOSEN, slug);
    } catch {
      // A barred store: it holds while the page is open.
    }
  }

  /** How a booth stands now. */
  stand(slug) {
    const { visits = null, left = null, open = true } = this.#stands.get(slug) ?? {};
    return { visits, left, open };
  }

  /** The festival's time now. */
  time() {
    return new Date(Date.now() + this.ahead);
  }
}

function remembered() {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

/** A booth's name in the page's language. @param {Booth} booth */
export const nameOf = (booth) => (language() === "en" && booth.name_en) || booth.name;
