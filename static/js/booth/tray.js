// What was scanned without a network and refused when it arrived: each is counted without a card, for a card, or dropped.

import { icon, make } from "../parts.js";
import { Unanswered } from "../station.js";
import { Pad } from "./pad.js";
import { find, hour, say, show, showing, write } from "./page.js";

const EVERY = 30000;
const REASONS = ["unknown_card", "revoked_card", "invalid", "unknown_booth", "not_your_booth", "edition_closed"];

/** @typedef {{id: number, at: string, booth: string | null, card: string | null, raw: string | null, party: number,
 *   reason: string, can_count: boolean}} Item */

export class Tray {
  /** @type {Item[]} */
  #items = [];
  #readAt = -Infinity;
  #refused = 0;
  /** The item that a card is asked for, or that waits for a yes to being dropped. */
  #asked = null;
  #isDropping = false;
  #isBusy = false;
  #pad;

  /**
   * @param {import("../station.js").Station} station
   * @param {import("./festival.js").Festival} festival
   */
  constructor(station, festival) {
    Object.assign(this, { station, festival });
    this.#pad = new Pad(
      { pad: find("tray-pad"), shown: find("tray-shown") },
      { isOpen: () => this.isAsking, onChange: () => this.#padChanged() },
    );
    find("tray-list").addEventListener("click", (event) => this.#touched(event));
    this.#padChanged();
  }

  /** Whether a card's number is asked for: what a gun reads now is meant for it. */
  get isAsking() {
    return showing() === "tray-card";
  }

  open() {
    write(find("tray-told"), "");
    this.#backToList();
    this.refresh(this.#refused, { isForced: true });
  }

  /**
   * Ask what waits: seldom, and at once where something was refused since.
   * @param {number} refused how many scans of this page were refused
   */
  async refresh(refused, { isForced = false } = {}) {
    const isDue = isForced || refused !== this.#refused || performance.now() - this.#readAt >= EVERY;
    if (!isDue || !this.station.isPaired) return;
    this.#refused = refused;
    this.#readAt = performance.now();
    try {
      const { status, body } = await this.station.call("GET", "/tray");
      if (status === 200) this.#items = body.tray;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
    this.#draw();
  }

  /** A gun read a card for the item that one is asked for. */
  scanned(text) {
    this.#pad.forgetBurst();
    return this.#settle("card", text);
  }

  /** The number on the pad is the card's. */
  send() {
    return this.#pad.isFull && this.#settle("card", this.#pad.digits);
  }

  back() {
    this.#backToList();
  }

  /** The item that a card is asked for, and the digits that stand on the pad. */
  get asking() {
    return { item: this.#asked, digits: this.#pad.digits };
  }

  /** Ask for an item's card again. @param {Tray["asking"]} asking */
  reopen({ item, digits }) {
    this.open();
    this.#asked = item;
    this.#askCard();
    this.#pad.put(digits);
  }

  #backToList() {
    this.#asked = null;
    this.#isDropping = false;
    this.#draw();
    show("tray");
  }

  #padChanged() {
    if (this.#pad?.digits) write(find("tray-card-told"), "");
    find("tray-send").setAttribute("aria-disabled", String(!this.#pad?.isFull));
  }

  #touched(event) {
    const { settle, item } = event.target.closest("[data-settle]")?.dataset ?? {};
    if (!settle) return undefined;
    this.#asked = this.#items.find(({ id }) => String(id) === item) ?? null;
    this.#isDropping = settle === "ask";
    if (settle === "card") return this.#askCard();
    if (settle === "ask" || settle === "keep") return this.#draw();
    return this.#settle(settle);
  }

  #askCard() {
    this.#pad.clear();
    write(find("tray-card-told"), "");
    write(find("tray-card-of"), this.#asked ? lineOf(this.#asked) : "");
    show("tray-card");
  }

  async #settle(how, card = undefined) {
    const item = this.#asked;
    if (!item || this.#isBusy) return;
    this.#isBusy = true;
    try {
      const { status, body } = await this.station.call("POST", `/tray/${item.id}`, {
        settle: how, ...(card && { card }), ...this.#elsewhere(item, how),
      });
      this.#answered(item, status, body);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      this.#tell(say("tray_away"));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Where nobody knows the item's booth, or this device is not for it, it counts at the booth of this page. */
  #elsewhere({ booth }, how) {
    const isOurs = this.festival.booths.some(({ slug }) => slug === booth);
    return isOurs || how === "drop" || !this.festival.booth ? {} : { booth: this.festival.booth.slug };
  }

  #answered(item, status, body) {
    const isGone = status === 200 || status === 404 || body.why === "settled";
    if (!isGone) return this.#tell(body.reason === "invalid" ? say("tray_no_card") : body.message);
    this.#items = this.#items.filter(({ id }) => id !== item.id);
    this.#backToList();
    write(find("tray-told"), status === 200 ? becameOf(body) : say("tray_by_others"));
    return this.festival.refresh();
  }

  #tell(text) {
    this.#pad.clear();
    write(find(this.isAsking ? "tray-card-told" : "tray-told"), text);
  }

  #draw() {
    find("tray").hidden = !this.#items.length || !this.station.isPaired;
    write(find("tray-count"), say("tray_count", { n: this.#items.length }));
    find("tray-none").hidden = this.#items.length > 0;
    const asked = this.#isDropping ? this.#asked?.id : null;
    const drawn = JSON.stringify([this.#items, asked]);
    // Drawing anew would take the focus, and a finger's press, away.
    if (find("tray-list").dataset.drawn === drawn) return;
    find("tray-list").dataset.drawn = drawn;
    find("tray-list").replaceChildren(...this.#items.map((item) => row(item, item.id === asked)));
  }
}

const lineOf = (item) => `${hour(new Date(item.at))} ${whatOf(item)}`;

function whatOf({ card, raw, party }) {
  if (card) return say("card", { short: card });
  return raw === null ? say("party", { n: party }) : raw;
}

const whyOf = ({ reason }) => say(REASONS.includes(reason) ? `tray_${reason}` : "refused");

function becameOf({ settled, visit, was_counted: wasCounted }) {
  if (settled === "drop") return say("tray_dropped");
  return wasCounted ? say("tray_again") : say("tray_counted", { number: visit.number });
}

function row(item, isDropping) {
  const acts = isDropping ? [["drop", "trash", "tray_surely"], ["keep", "arrow-back-up", "tray_keep"]]
    : item.can_count ? [["walk_in", "user-plus", "tray_walk_in"], ["card", "id", "tray_card"], ["ask", "x", "tray_drop"]]
      : [["ask", "x", "tray_drop"]];
  return make("li", "tray__item",
    make("p", "tray__what", make("time", "figure", hour(new Date(item.at))), " ", make("span", "", whatOf(item))),
    make("p", "tray__why", whyOf(item)),
    make("div", "tray__acts", ...acts.map(([how, drawing, word]) => button(item, how, drawing, word))));
}

function button(item, how, drawing, word) {
  const made = make("button", "button button--phone tray__act", icon(drawing), make("span", "", say(word)));
  made.type = "button";
  Object.assign(made.dataset, { settle: how, item: String(item.id) });
  made.setAttribute("aria-label", `${say(word)} ${lineOf(item)}`);
  return made;
}
