// This device as a station: its token, its calls to the API, and check-ins that are sent until they are answered;
// after a restore those that the backup may lack are sent again.

import { Acknowledged } from "./acknowledged.js";
import { Kept } from "./kept.js";

const API = "/api/v1";
const TIMEOUT = 6000;
const MEET_AGAIN_AFTER = 1000;
const WAITS = [300, 600, 1200, 2500, 5000];

/** The server did not answer: not reached, too slow, or a 5xx. */
export class Unanswered extends Error {}

/** @typedef {{status: number, body: any, retryAfter: number | null}} Answer */

/** A UUID of version 4. `crypto.randomUUID` is absent on plain http. */
export function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Return the pairing code of the address's fragment (#pair=123456) once, and take it out of the address. */
export function codeInAddress() {
  const found = /^#pair=([0-9]{6})$/.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return found[1];
}

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

export class Station {
  #token;
  #outbox;
  #acknowledged;
  #data;
  #sending = new Set();
  #meeting = null;
  #wasAway = false;
  #onUnenrolled;
  #onReach;
  #onRestored;

  /**
   * @param {"kiosk" | "booth"} kind what is kept in the browser is kept per kind
   * @param {{language: () => string, onUnenrolled?: () => void, onReach?: (reached: boolean) => void,
   *   onRestored?: (sent: {checkIn: object, answer: any}[]) => void}} page
   *   `onUnenrolled`: the token holds no more; `onReach`: the server answered, or did not; `onRestored`: its data were
   *   restored, and what they may have lost was sent again
   */
  constructor(kind, { language, onUnenrolled = () => {}, onReach = () => {}, onRestored = () => {} }) {
    this.language = language;
    this.#token = new Kept(`laojiefang.station.${kind}`);
    this.#outbox = new Kept(`laojiefang.outbox.${kind}`);
    this.#acknowledged = new Acknowledged(kind);
    this.#data = new Kept(`laojiefang.data.${kind}`);
    this.#onUnenrolled = onUnenrolled;
    this.#onReach = onReach;
    this.#onRestored = onRestored;
  }

  get isPaired() {
    return Boolean(this.#token.read());
  }

  /** @param {string | null} token */
  enrol(token) {
    this.#token.write(token);
  }

  /**
   * Ask the API.
   * @param {string} method
   * @param {string} path below /api/v1
   * @param {unknown} [body] a picture goes as it is, anything else as JSON
   * @param {string} [language] else the page's
   * @returns {Promise<Answer>}
   * @throws {Unanswered} where nothing but the network or a 5xx came back
   */
  async call(method, path, body = undefined, language = this.language()) {
    const token = this.#token.read();
    const answer = await this.#reach(method, API + path, body, language);
    // An answer to an old token says nothing of the new one.
    if (isShutOut(answer) && path !== "/stations" && token === this.#token.read()) {
      this.#token.write(null);
      this.#onUnenrolled();
    }
    return answer;
  }

  async #reach(method, path, body, language) {
    try {
      const answer = await this.#fetch(method, path, body, language);
      // A hotel's sign-in page answers 200 too, but not in JSON.
      if (answer.status >= 500 || (answer.body === null && answer.status !== 204)) throw new Unanswered(`${answer.status}`);
      this.#onReach(true);
      // Another laptop may stand at its address now.
      if (this.#wasAway) this.meet();
      this.#wasAway = false;
      return answer;
    } catch (error) {
      this.#wasAway = true;
      this.#onReach(false);
      throw error instanceof Unanswered ? error : new Unanswered(String(error));
    }
  }

  async #fetch(method, path, body, language) {
    const headers = { ...this.#headers(), "Accept-Language": language };
    const isPicture = body instanceof Blob;
    if (body !== undefined) headers["Content-Type"] = isPicture ? body.type : "application/json";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT);
    try {
      const reply = await fetch(path, {
        method, headers, cache: "no-store", signal: stop.signal,
        body: body === undefined || isPicture ? body : JSON.stringify(body),
      });
      const text = await reply.text();
      const retryAfter = Number.parseInt(reply.headers.get("Retry-After") ?? "", 10);
      return { status: reply.status, body: parsed(text), retryAfter: Number.isNaN(retryAfter) ? null : retryAfter };
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Enrol this device by a pairing code.
   * @param {string} code
   * @param {string} name
   * @returns {Promise<Answer>} 201, or a refusal
   */
  async pair(code, name) {
    const answer = await this.call("POST", "/stations", { pairing_code: code, name });
    if (answer.status === 201) this.#token.write(answer.body.token);
    return answer;
  }

  /**
   * Enrol this device by the organiser who is signed in on it.
   * @param {string} path
   * @param {string | null} booth the one booth, or null for all
   * @returns {Promise<Answer>}
   */
  async pairHere(path, booth) {
    const answer = await this.#reach("POST", path, { booth }, this.language());
    if (answer.body?.token) this.#token.write(answer.body.token);
    return answer;
  }

  /**
   * Have a picture (SVG) made of a text.
   * @param {string} path
   * @param {string} text
   * @returns {Promise<SVGElement>}
   * @throws {Unanswered}
   */
  async picture(path, text) {
    try {
      let reply = await this.#post(path, text);
      // A page that was opened the evening before has an old form token.
      if (reply.status === 400 && (await renewFormToken())) reply = await this.#post(path, text);
      const drawn = new DOMParser().parseFromString(await reply.text(), "image/svg+xml").documentElement;
      if (!reply.ok || drawn.nodeName !== "svg") throw new Unanswered(String(reply.status));
      return document.importNode(drawn, true);
    } catch (error) {
      throw error instanceof Unanswered ? error : new Unanswered(String(error));
    }
  }

  #post(path, text) {
    const headers = { ...this.#headers(), "Content-Type": "text/plain" };
    return fetch(path, { method: "POST", headers, body: text, cache: "no-store" });
  }

  #headers() {
    const token = this.#token.read();
    const csrf = formToken(document)?.content;
    return { ...(token && { Authorization: `Bearer ${token}` }), ...(csrf && { "X-CSRFToken": csrf }) };
  }

  /**
   * Send one check-in, with one nonce, until the server has answered. It stays in the browser until then.
   * @param {{scan: string | null, booth?: string, party?: number, answers?: Record<string, string>, nonce?: string}} checkIn
   *   a page that wants to know it again gives it the nonce
   * @param {{onWaiting?: (tries: number, markOffline: () => void) => void}} [told] `onWaiting`: it was not answered and
   *   is tried again; `markOffline` makes the visit one that has already happened
   * @returns {Promise<Answer>}
   */
  checkIn(checkIn, { onWaiting = () => {} } = {}) {
    const body = { nonce: nonce(), ...checkIn, scanned_at: new Date().toISOString() };
    this.#keep(body);
    return this.#send(body, onWaiting);
  }

  /**
   * Send what an earlier page left unanswered, or this one before it was shut out.
   * @param {(answer: Answer, checkIn: {nonce: string}) => void} [onAnswer]
   */
  async resume(onAnswer = () => {}) {
    // Only data that this device belongs to may have them.
    while (!(await this.meet())) await pause(MEET_AGAIN_AFTER);
    for (const body of this.waiting().filter((each) => !this.#sending.has(each.nonce))) {
      this.#send({ ...body, offline: true }, () => {}).then((answer) => onAnswer(answer, body));
    }
  }

  /**
   * Ask which data the server stands on; where they were restored, send again what they may have lost.
   * @returns {Promise<boolean>} whether that could be done
   */
  meet() {
    this.#meeting ??= this.#meetNow()
      .catch((error) => {
        if (error instanceof Unanswered) return false;
        throw error;
      })
      .finally(() => { this.#meeting = null; });
    return this.#meeting;
  }

  async #meetNow() {
    const { body } = await this.#reach("GET", "/healthz", undefined, this.language());
    if (!this.isPaired || !body.generation) return true;
    const { community, generation } = body;
    const known = this.#data.read();
    if (known && known.community !== community) this.#forgetAll();
    else if (known && known.generation !== generation) await this.#sendAgain();
    else this.#acknowledged.prune(this.#token.read());
    // Shut out meanwhile: once it is paired again everything is sent again.
    if (this.isPaired) this.#data.write({ community, generation });
    return true;
  }

  /** Another festival's data: what was meant for the old ones must not count in them. */
  #forgetAll() {
    this.#acknowledged.clear();
    this.#outbox.write(null);
  }

  async #sendAgain() {
    for (const { visit } of this.#acknowledged.unwanted) await this.call("DELETE", `/check-ins/${visit}`);
    const wanted = this.#acknowledged.wanted.map(({ body }) => ({ ...body, offline: true }));
    if (!wanted.length) return;
    const answer = await this.call("POST", "/check-ins/batch", { sent_at: new Date().toISOString(), check_ins: wanted });
    if (isShutOut(answer)) return;
    if (answer.status !== 200) throw new Unanswered(`${answer.status}`);
    const sent = answer.body.results.map((result, at) => ({ checkIn: wanted[at], answer: result }));
    for (const one of sent) this.#acknowledged.add(one.checkIn, one.answer, this.#token.read());
    this.#onRestored(sent);
  }

  /**
   * Take a visit back. From now on it is not sent again, whatever becomes of the server.
   * @param {number} visit
   * @returns {Promise<Answer>} 404 too where the visit was lost: then there is nothing to take back
   * @throws {Unanswered}
   */
  async undo(visit) {
    this.#acknowledged.markUndone(visit, true);
    const answer = await this.call("DELETE", `/check-ins/${visit}`);
    if (answer.status === 403) this.#acknowledged.markUndone(visit, false);
    return answer;
  }

  /** Return the check-ins that are not answered yet. */
  waiting() {
    return this.#outbox.read() ?? [];
  }

  async #send(body, onWaiting) {
    this.#sending.add(body.nonce);
    try {
      return await this.#sendUntilAnswered(body, onWaiting);
    } finally {
      this.#sending.delete(body.nonce);
    }
  }

  async #sendUntilAnswered(body, onWaiting) {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await this.call("POST", "/check-ins", { ...body, sent_at: new Date().toISOString() });
        // A device that is shut out keeps it until it is paired again.
        if (!isShutOut(answer)) this.#answered(body, answer.body);
        return answer;
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        onWaiting(tries + 1, () => this.#markOffline(body));
        await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
      }
    }
  }

  #answered(body, answer) {
    this.#acknowledged.add(body, answer, this.#token.read());
    this.#forget(body.nonce);
  }

  #markOffline(body) {
    body.offline = true;
    this.#forget(body.nonce);
    this.#keep(body);
  }

  #keep(body) {
    this.#outbox.write([...this.waiting(), body]);
  }

  #forget(sent) {
    this.#outbox.write(this.waiting().filter((body) => body.nonce !== sent));
  }
}

const isShutOut = ({ status, body }) => status === 401 && body?.reason === "not_enrolled";

const formToken = (page) => page.querySelector("meta[name=csrf-token]");

async function renewFormToken() {
  const page = await (await fetch(location.pathname, { cache: "no-store" })).text();
  const fresh = formToken(new DOMParser().parseFromString(page, "text/html"));
  if (fresh) formToken(document)?.setAttribute("content", fresh.content);
  return Boolean(fresh);
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
