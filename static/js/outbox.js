// Check-ins that wait for the server's answer. They lie in the browser's database before they are sent, in the order of
// scanning, and leave it when they are answered: a closed page, a crash or an empty battery loses none.

import { openDB } from "../vendor/idb/index.js";
import { Kept } from "./kept.js";

const VERSION = 1;
const STORE = "waiting";

/**
 * @typedef {{order: number, id: string, body: any, mayBeJudged: boolean, wantsUndo: boolean, visit: number | null}} Entry
 *   `id`: the nonce that the page knows it by; `body`: what is sent; `mayBeJudged`: it may have reached the server as a
 *   scan of the moment, so that the day's rules may have refused it; `visit`: it was counted, and is to be taken back
 */

export class Outbox {
  /** Whether what is put in outlives the page. */
  isLasting = true;
  /** @type {Entry[]} in the order of scanning */
  #entries = [];
  #db = null;
  #opening = null;
  #kind;

  /** @param {string} kind each kind of page has its own */
  constructor(kind) {
    this.#kind = kind;
  }

  /** Read what an earlier page left; to be awaited before anything else. */
  open() {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open() {
    try {
      this.#db = await openDB(`laojiefang-${this.#kind}`, VERSION, {
        upgrade: (db) => { db.createObjectStore(STORE, { keyPath: "order", autoIncrement: true }); },
      });
      this.#entries = await this.#db.getAll(STORE);
    } catch {
      this.isLasting = false;
    }
    await this.#takeOver(new Kept(`laojiefang.outbox.${this.#kind}`));
  }

  /** Take what a page of an earlier version left. @param {Kept} before */
  async #takeOver(before) {
    for (const body of before.read() ?? []) await this.add({ ...body, offline: true });
    before.write(null);
  }

  /** Those that the server has not answered. */
  get waiting() {
    return this.#entries.filter(({ visit }) => visit === null);
  }

  /** Those that it has counted, and that are to be taken back. */
  get unwanted() {
    return this.#entries.filter(({ visit }) => visit !== null);
  }

  /** @param {string} id @returns {Entry | undefined} */
  find(id) {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** Keep a check-in; it is kept when this returns. @returns {Promise<Entry>} */
  async add(body) {
    const entry = { id: body.nonce, body, mayBeJudged: !body.offline, wantsUndo: false, visit: null };
    const order = await this.#write((store) => store.add(entry));
    this.#entries.push(Object.assign(entry, { order: order ?? (this.#entries.at(-1)?.order ?? 0) + 1 }));
    return entry;
  }

  /** All that lies here, without its place in the order. @returns {Omit<Entry, "order">[]} */
  get held() {
    return this.#entries.map(({ id, body, mayBeJudged, wantsUndo, visit }) => ({ id, body, mayBeJudged, wantsUndo, visit }));
  }

  /** Take in an entry of this device that lay at another address of the laptop, where it does not lie here already. */
  async takeIn({ id, body, mayBeJudged, wantsUndo, visit }) {
    if (this.find(id)) return;
    const entry = await this.add({ ...body, offline: true });
    Object.assign(entry, { id, mayBeJudged: Boolean(mayBeJudged), wantsUndo: Boolean(wantsUndo), visit: visit ?? null });
    await this.update(entry);
  }

  /** Keep what was changed in an entry. @param {Entry} entry */
  async update(entry) {
    if (this.#entries.includes(entry)) await this.#write((store) => store.put(entry));
  }

  /** @param {Entry} entry */
  async remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    await this.#write((store) => store.delete(entry.order));
  }

  async clear() {
    this.#entries = [];
    await this.#write((store) => store.clear());
  }

  async #write(act) {
    if (!this.#db) return null;
    try {
      // Strict: it lies on the disk when this returns, not only with the system.
      const transaction = this.#db.transaction(STORE, "readwrite", { durability: "strict" });
      const [result] = await Promise.all([act(transaction.store), transaction.done]);
      return result;
    } catch {
      // A full or barred store: memory holds it while the page is open, and the page says so.
      this.isLasting = false;
      return null;
    }
  }
}
