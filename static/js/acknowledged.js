// Visits that the server has acknowledged of late. A server that was restored from a backup may have lost them: they are
// kept here a little longer than a backup is old, to be sent again.

import { Kept } from "./kept.js";

const FOR = 15 * 60 * 1000;
const MOST = 400;
// Whatever is older belongs to another day.
const NEVER_AFTER = 6 * 60 * 60 * 1000;

/** @typedef {{body: {nonce: string}, visit: number, at: number, by: string, undone?: boolean}} Entry
 *   `at`: when it was acknowledged; `by`: the end of the token that it was sent under; `undone`: somebody wanted it back */

export class Acknowledged {
  #kept;

  /** @param {string} kind */
  constructor(kind) {
    this.#kept = new Kept(`laojiefang.acknowledged.${kind}`);
  }

  /** @returns {Entry[]} */
  get all() {
    return this.#kept.read() ?? [];
  }

  /** Keep a check-in by the answer to it; a refusal and an `again` have counted nobody. */
  add(body, answer, token) {
    const others = this.all.filter((entry) => entry.body.nonce !== body.nonce);
    if (answer.outcome !== "welcome" || answer.undone) return this.#write(others);
    return this.#write([...others, { body, visit: answer.visit.id, at: Date.now(), by: ending(token) }]);
  }

  /** Take in what this device kept at another address of the laptop. @param {Entry[]} entries */
  takeIn(entries) {
    const known = new Set(this.all.map(({ body }) => body.nonce));
    this.#write([...entries.filter(({ body }) => !known.has(body.nonce)), ...this.all]);
  }

  /** Mark a visit as one that somebody takes back, or after all does not. */
  markUndone(visit, undone) {
    this.#write(this.all.map((entry) => (entry.visit === visit ? { ...entry, undone } : entry)));
  }

  /** Forget what no restore can have lost any more: the server with these data has just been reached. */
  prune(token) {
    const since = Date.now() - FOR;
    const left = this.all.filter(({ at, by }) => at > since && by === ending(token));
    if (left.length < this.all.length) this.#write(left);
  }

  /** What a restored server may have lost; not what is undone. @returns {Entry[]} */
  get wanted() {
    return this.#ofToday().filter((entry) => !entry.undone);
  }

  /** Visits whose undoing a restored server may have lost. @returns {Entry[]} */
  get unwanted() {
    return this.#ofToday().filter((entry) => entry.undone);
  }

  #ofToday() {
    return this.all.filter(({ at }) => at > Date.now() - NEVER_AFTER);
  }

  clear() {
    this.#write([]);
  }

  #write(entries) {
    this.#kept.write(entries.length ? entries.slice(-MOST) : null);
  }
}

const ending = (token) => String(token).slice(-8);
