// What the kiosk knows of the festival: its booths, how they stand now, and what time it is there.

import { Unanswered } from "../station.js";
import { language } from "./settings.js";

const EVERY = 3000;
const STATION_EVERY = 30000;

/** @typedef {{slug: string, number: number, name: string, name_en?: string, short_name: string, icon: string,
 *   place?: string, place_en?: string, section?: string, quota: number | null, opens_at?: string | null,
 *   closes_at?: string | null, again_after_minutes?: number | null, questions?: object[]}} Booth */

export class Festival {
  /** @type {Booth[]} */
  booths = [];
  edition = "";
  /** Whether the day has been closed down. */
  closed = false;
  #own = [];
  #now = new Map();
  #version = null;
  #stationReadAt = -Infinity;
  #ahead = 0;
  #zone = document.getElementById("page").dataset.zone || undefined;

  /**
   * @param {import("../station.js").Station} station
   * @param {() => void} onNews
   */
  constructor(station, onNews) {
    this.station = station;
    this.onNews = onNews;
  }

  /** Read everything, then keep it fresh. */
  async begin() {
    for (let read = false; !read; ) {
      read = await this.#answered(() => this.#readAll());
      if (!read) await new Promise((done) => { setTimeout(done, 1000); });
      if (!this.station.isPaired) return;
    }
    this.#again();
  }

  #again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      if (this.station.isPaired) await this.refresh();
      this.#again();
    }, EVERY);
  }

  /** Read what may have changed. */
  refresh() {
    const isOld = performance.now() - this.#stationReadAt >= STATION_EVERY;
    return this.#answered(() => (isOld ? this.#readAll() : this.#readBoard()));
  }

  async #answered(read) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof Unanswered) return false;
      throw error;
    }
  }

  async #readAll() {
    const answer = await this.station.call("GET", "/station");
    if (answer.status !== 200) return false;
    this.#stationReadAt = performance.now();
    // A page that slept has not noticed that the server was away.
    this.station.meet();
    this.#own = answer.body.booths ?? [];
    this.#version = null;
    const { edition } = answer.body;
    this.edition = typeof edition === "string" ? edition : edition?.name ?? "";
    this.#setClock(answer.body.time);
    return this.#readBoard();
  }

  async #readBoard() {
    const { status, body } = await this.station.call("GET", "/board");
    if (status !== 200) return false;
    this.#setClock(body.at);
    this.#now = new Map(body.booths.map((booth) => [booth.slug, booth]));
    const news = body.version !== this.#version;
    if (news && !(await this.#readBooths())) return false;
    this.#version = body.version;
    this.onNews();
    return true;
  }

  async #readBooths() {
    const { status, body } = await this.station.call("GET", "/booths");
    if (status !== 200) return false;
    const own = new Set(this.#own);
    this.booths = body.booths.filter((booth) => own.size === 0 || own.has(booth.slug));
    this.all = body.booths;
    // Where no booth is open, it may be too early in the day, or too late for good.
    this.closed = body.booths.every((booth) => booth.open === false) && (await isOver());
    return true;
  }

  #setClock(text) {
    const server = Date.parse(text ?? "");
    if (!Number.isNaN(server)) this.#ahead = server - Date.now();
  }

  /** The one booth of this kiosk, or null for a shared one. */
  get bound() {
    return this.booths.length === 1 ? this.booths[0] : null;
  }

  /** @param {string} slug @returns {Booth | undefined} */
  booth(slug) {
    return (this.all ?? this.booths).find((booth) => booth.slug === slug);
  }

  /** How a booth stands now: persons so far, what is left of its quota, open or not. */
  stand(slug) {
    const { visits = 0, left = null, open = true } = this.#now.get(slug) ?? {};
    return { visits, left, open, taken: !open || left === 0 };
  }

  /** At most `most` booths to go to instead of `slug`, those of its section first, then the quiet ones. */
  others(slug, most) {
    const section = this.booth(slug)?.section;
    const busy = (booth) => this.#now.get(booth.slug)?.per_hour ?? 0;
    // One that asks for another first would send them on once more.
    return (this.all ?? []).filter((booth) => booth.slug !== slug && !booth.first_visit && !this.stand(booth.slug).taken)
      .sort((one, two) => (two.section === section) - (one.section === section) || busy(one) - busy(two))
      .slice(0, most);
  }

  /** The festival's time now. */
  time() {
    return new Date(Date.now() + this.#ahead);
  }

  /** Write a moment as the header does: 上午 9:31, 9:31 AM. */
  clock(moment = this.time()) {
    const how = { hour: "numeric", minute: "2-digit", hour12: true, timeZone: this.#zone };
    return new Intl.DateTimeFormat(language(), how).format(moment).replace(/^(\p{Script=Han}+)(?=\d)/u, "$1 ");
  }

  /** Write a moment shortly: 9:31, 14:05. */
  hour(moment) {
    const how = { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: this.#zone };
    return new Intl.DateTimeFormat("en-GB", how).format(moment).replace(/^0(?=\d)/, "");
  }
}

async function isOver() {
  try {
    return (await (await fetch("/board/edition", { cache: "no-store" })).json()).closed;
  } catch (error) {
    throw new Unanswered(String(error));
  }
}

/** A booth's name in the language that is shown. */
export const nameOf = (booth, shown = language()) => (shown === "en" && booth.name_en) || booth.name;
/** Its name in the other language, "" where it has none. */
export const otherNameOf = (booth) => (language() === "en" ? booth.name : booth.name_en || "");
/** Its name where there is room for four characters. */
export const shortNameOf = (booth) => (language() === "en" ? nameOf(booth) : booth.short_name || booth.name);
/** How to find it. */
export const placeOf = (booth) => (language() === "en" && booth.place_en) || booth.place || "";
