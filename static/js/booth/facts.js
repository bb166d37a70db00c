// What this page keeps of the day to judge scans alone: fingerprints of the cards and who was seen here (no code, no name),
// and the scans that it made itself.

import { openDB } from "../../vendor/idb/index.js";
import { sha256 } from "../../vendor/hashes/sha2.js";
import { Unanswered } from "../station.js";

const EVERY = 60 * 1000;
const OWN_FOR = 36 * 60 * 60 * 1000;
const STATES = { a: "active", s: "stopped", r: "replaced" };

/**
 * The first 32 bits of a salted SHA-256: enough to know a card again, too few to find its digits.
 * `crypto.subtle` is absent on plain http.
 * @param {string} salt
 * @param {string} digits
 */
export function fingerprint(salt, digits) {
  return new DataView(sha256(new TextEncoder().encode(salt + digits)).buffer).getUint32(0, true);
}

const numbers = (base64) => new Uint32Array(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)).buffer);

/** What the server says of the cards (GET /offline), made ready to be asked. */
export class Snapshot {
  #places = new Map();
  #seen = new Map();

  /** @param {{salt: string, closed: boolean, codes: string, shorts: string, who: string, states: string, seen: object}} said */
  constructor(said) {
    this.salt = said.salt;
    this.isClosed = said.closed;
    this.states = said.states;
    this.who = numbers(said.who);
    for (const list of [said.codes, said.shorts]) numbers(list).forEach((print, at) => this.#places.set(print, at));
    for (const [slug, { who, at }] of Object.entries(said.seen)) this.#seen.set(slug, seenAt(numbers(who), numbers(at)));
  }

  /** @param {string} digits @returns {import("./judge.js").Known | undefined} */
  find(digits) {
    const place = this.#places.get(fingerprint(this.salt, digits));
    if (place === undefined) return undefined;
    return { who: this.who[place], state: STATES[this.states[place]] };
  }

  /** When somebody was counted at a booth, in milliseconds, else null. */
  seenAt(slug, who) {
    return this.#seen.get(slug)?.get(who) ?? null;
  }
}

const seenAt = (who, at) => new Map(Array.from(who, (each, place) => [each, at[place] * 1000]));

/** The newest snapshot and this page's own scans, kept in the browser. */
export class Facts {
  #db = null;
  #snapshot = null;
  /** @type {Map<string, {id: string, booth: string, prints: number[], at: number}>} */
  #own = new Map();
  #salt = "";
  #readAt = -Infinity;
  #opening = null;

  /** @param {import("../station.js").Station} station */
  constructor(station) {
    this.station = station;
  }

  /** Read what an earlier page kept. */
  open() {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open() {
    try {
      this.#db = await openDB("laojiefang-facts", 1, {
        upgrade: (db) => {
          db.createObjectStore("own", { keyPath: "id" });
          db.createObjectStore("kept");
        },
      });
      const kept = await this.#db.get("kept", "snapshot");
      if (kept) this.#snapshot = new Snapshot(kept);
      const since = Date.now() - OWN_FOR;
      for (const one of await this.#db.getAll("own")) {
        if (one.at > since) this.#own.set(one.id, one);
        else this.#db.delete("own", one.id);
      }
      this.#salt = (await this.#db.get("kept", "salt")) ?? "";
    } catch {
      // A barred store: what is known lives as long as the page.
    }
    if (!this.#salt) this.#keep("kept", (this.#salt = crypto.getRandomValues(new Uint32Array(4)).join("")), "salt");
  }

  /** Ask the server anew, where the last answer is a minute old. */
  async refresh() {
    if (performance.now() - this.#readAt < EVERY) return;
    this.#readAt = performance.now();
    try {
      const { status, body } = await this.station.call("GET", "/offline");
      if (status !== 200) return;
      this.#snapshot = new Snapshot(body);
      await this.#keep("kept", body, "snapshot");
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      this.#readAt = -Infinity;
    }
  }

  /** What the judge asks, for one booth. @param {string} slug @returns {import("./judge.js").Facts} */
  of(slug) {
    const snapshot = this.#snapshot;
    return {
      knowsCards: snapshot !== null,
      isClosed: snapshot?.isClosed ?? false,
      find: (digits) => snapshot?.find(digits),
      seenAt: ({ who }) => snapshot.seenAt(slug, who),
    };
  }

  /** When this page took a card at a booth last, in milliseconds, else null. */
  ownAt(slug, digits) {
    const print = fingerprint(this.#salt, digits);
    const times = [...this.#own.values()].filter(({ booth, prints }) => booth === slug && prints.includes(print)).map(({ at }) => at);
    return times.length ? Math.max(...times) : null;
  }

  /** Remember a scan that this page took. @param {{id: string, booth: string, digits: string[], at: number}} scan */
  async took({ id, booth, digits, at }) {
    const prints = digits.map((each) => fingerprint(this.#salt, each));
    const one = { id, booth, at, prints: [...new Set([...(this.#own.get(id)?.prints ?? []), ...prints])] };
    this.#own.set(id, one);
    await this.#keep("own", one);
  }

  /** Forget a scan: it was refused after all, or taken back. @param {string} id */
  async gaveBack(id) {
    this.#own.delete(id);
    await this.#db?.delete("own", id).catch(() => {});
  }

  /** Forget all: the device belongs to somebody else now. */
  async clear() {
    await this.open();
    this.#snapshot = null;
    this.#own.clear();
    this.#readAt = -Infinity;
    await this.#db?.clear("own").catch(() => {});
    await this.#db?.delete("kept", "snapshot").catch(() => {});
  }

  #keep(store, value, key) {
    // A full store: it holds while the page is open.
    return this.#db?.put(store, value, key).catch(() => {});
  }
}
