// This device as a station: its token, its calls to the API, and check-ins that are sent until they are answered;
// after a restore those that the backup may lack are sent again.

import { Acknowledged } from "./acknowledged.js";
import { Kept } from "./kept.js";
import { nonce, nonceAfter } from "./nonce.js";
import { Outbox } from "./outbox.js";
import { Unanswered } from "./unanswered.js";

export { nonce, Unanswered };

const API = "/api/v1";
const TIMEOUT = 6000;
const MEET_AGAIN_AFTER = 1000;
const WAITS = [300, 600, 1200, 2500, 5000];
const MOST_IN_A_BATCH = 100;

/** @typedef {{status: number, body: any, retryAfter: number | null}} Answer */
/** @typedef {{answered: (answer: Answer) => void, onWaiting: (tries: number, markOffline: () => void) => void}} Waiter */

/** Return the pairing code of the address's fragment (#pair=123456) once, and take it out of the address. */
export function codeInAddress() {
  const found = /^#pair=([0-9]{6})$/.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return found[1];
}

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

export class Station {
  #kind;
  #token;
  #outbox;
  #acknowledged;
  #data;
  /** Who waits for an answer on this page, by the check-in's id. @type {Map<string, Waiter>} */
  #waiters = new Map();
  #onLater = () => {};
  #onUndone = () => {};
  #draining = null;
  #most = MOST_IN_A_BATCH;
  #wake = () => {};
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
    this.#kind = kind;
    this.#token = new Kept(`laojiefang.station.${kind}`);
    this.#outbox = new Outbox(kind);
    this.#acknowledged = new Acknowledged(kind);
    this.#data = new Kept(`laojiefang.data.${kind}`);
    this.#onUnenrolled = onUnenrolled;
    this.#onReach = onReach;
    this.#onRestored = onRestored;
  }

  /** Read what an earlier page left unanswered; to be awaited before anything is asked of `waiting`. */
  open() {
    return this.#outbox.open();
  }

  /** Whether the server did not answer when it was asked last. */
  get isAway() {
    return this.#wasAway;
  }

  /** Whether what waits outlives this page. */
  get isLasting() {
    return this.#outbox.isLasting;
  }

  get isPaired() {
    return Boolean(this.#token.read());
  }

  /** What this device holds, to be taken over at another address of the laptop. */
  get held() {
    return {
      kind: this.#kind,
      token: this.#token.read(),
      data: this.#data.read(),
      scans: this.#outbox.held,
      acknowledged: this.#acknowledged.all,
    };
  }

  /**
   * Take over what this device held at another address. Anybody can make such an address, so it has to bring a token that
   * holds here, and none but this device's own where it has one: else a link could slip scans into a volunteer's phone.
   * @param {any} held
   * @returns {Promise<boolean>} whether it was this device's own
   */
  async takeOver(held) {
    const { kind, token, data, scans, acknowledged } = held;
    if (kind !== this.#kind || !isToken(token) || ![scans, acknowledged].every(areEntries)) return false;
    if ((this.isPaired && token !== this.#token.read()) || !(await this.#holds(token))) return false;
    await this.#outbox.open();
    const done = new Set(this.#acknowledged.all.map(({ body }) => body.nonce));
    for (const entry of scans) if (!done.has(entry.body.nonce)) await this.#outbox.takeIn(entry);
    this.#acknowledged.takeIn(acknowledged);
    if (!this.#data.read() && data) this.#data.write(data);
    this.#token.write(token);
    return true;
  }

  /** Ask until the server has answered whether a token holds. */
  async #holds(token) {
    for (;;) {
      try {
        const { status } = await this.#reach("GET", `${API}/station`, undefined, this.language(), token);
        return status === 200;
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        await pause(MEET_AGAIN_AFTER);
      }
    }
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

  async #reach(method, path, body, language, token = this.#token.read()) {
    try {
      const answer = await this.#fetch(method, path, body, language, token);
      // A hotel's sign-in page answers 200 too, but not in JSON.
      if (answer.status >= 500 || (answer.body === null && answer.status !== 204)) throw new Unanswered(`${answer.status}`);
      this.#onReach(true);
      // Another laptop may stand at its address now.
      if (this.#wasAway) this.meet();
      this.#wasAway = false;
      if (!path.endsWith("/check-ins/batch")) this.#wake();
      return answer;
    } catch (error) {
      this.#wasAway = true;
      this.#onReach(false);
      throw error instanceof Unanswered ? error : new Unanswered(String(error));
    }
  }

  async #fetch(method, path, body, language, token) {
    const headers = { ...this.#headers(token), "Accept-Language": language };
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
   * Ask something as the organiser who stands before this device.
   * @param {string} path
   * @param {Record<string, string>} body
   * @returns {Promise<Answer>}
   */
  organiser(path, body) {
    return this.#reach("POST", path, body, this.language());
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

  #headers(token = this.#token.read()) {
    const csrf = formToken(document)?.content;
    return { ...(token && { Authorization: `Bearer ${token}` }), ...(csrf && { "X-CSRFToken": csrf }) };
  }

  /**
   * Keep a check-in in the browser, and send it until the server has answered, in the order of scanning.
   * @param {{scan: string | null, booth?: string, party?: number, answers?: Record<string, string>, nonce?: string,
   *   offline?: boolean}} checkIn a page that wants to know it again gives it the nonce; `offline`: the visit has
   *   already happened
   * @param {{onKept?: () => void, onWaiting?: (tries: number, markOffline: () => void) => void}} [told] `onKept`: it lies
   *   in the browser; `onWaiting`: it was not answered and is tried again; `markOffline` makes the visit one that has
   *   already happened
   * @returns {Promise<Answer>}
   */
  async checkIn(checkIn, { onKept = () => {}, onWaiting = () => {} } = {}) {
    await this.#outbox.open();
    const entry = await this.#outbox.add({ nonce: nonce(), ...checkIn, scanned_at: new Date().toISOString() });
    onKept();
    const answer = new Promise((answered) => { this.#waiters.set(entry.id, { answered, onWaiting }); });
    this.#drain();
    return answer;
  }

  /**
   * Send what an earlier page left unanswered, or this one before it was shut out.
   * @param {{onAnswer?: (answer: Answer, id: string) => void, onUndone?: (id: string, answer: Answer) => void}} [told]
   *   `onAnswer`: one that nobody on this page waits for was answered; `onUndone`: one was taken back, or could not be
   */
  async resume({ onAnswer = () => {}, onUndone = () => {} } = {}) {
    this.#onLater = onAnswer;
    this.#onUndone = onUndone;
    await this.#outbox.open();
    for (const entry of this.#outbox.waiting.filter(({ id }) => !this.#waiters.has(id))) await this.#markOffline(entry);
    // Only data that this device belongs to may have them.
    while (!(await this.meet())) await pause(MEET_AGAIN_AFTER);
    this.#drain();
  }

  /**
   * Take back a check-in that waits for its answer: it is sent, and then undone, whatever becomes of this page.
   * @param {string} id
   * @returns {Promise<boolean>} false where it does not wait any more
   */
  async unwant(id) {
    const entry = this.#outbox.find(id);
    if (!entry || entry.visit !== null) return Boolean(entry);
    entry.wantsUndo = true;
    await this.#outbox.update(entry);
    return true;
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
    this.#outbox.clear();
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

  /** Return the check-ins that are not answered yet, oldest first. */
  waiting() {
    return this.#outbox.waiting.map(({ id, body, wantsUndo }) => ({ ...body, id, wantsUndo }));
  }

  /** Send what waits, for as long as something does; one at a time does this. */
  #drain() {
    this.#wake();
    this.#draining ??= this.#sendAll().finally(() => {
      this.#draining = null;
      // Something may have come in after the last look.
      if (this.isPaired && this.#hasWork) this.#drain();
    });
  }

  async #sendAll() {
    for (let tries = 0; this.isPaired && this.#hasWork; ) {
      const isDone = await this.#sendSome(tries);
      tries = isDone ? 0 : tries + 1;
      if (!isDone) await this.#pause(WAITS[Math.min(tries - 1, WAITS.length - 1)]);
    }
  }

  get #hasWork() {
    return this.#outbox.waiting.length > 0 || this.#outbox.unwanted.length > 0;
  }

  /** Wait, or until there is something new: a scan, or an answer to another call. */
  #pause(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#wake = () => { clearTimeout(timer); done(); };
    });
  }

  /** Send a batch, and take back what is to be; return false where it has to be tried again. */
  async #sendSome(tries) {
    const batch = this.#outbox.waiting.slice(0, this.#most);
    try {
      const areAnswered = !batch.length || (await this.#sendBatch(batch));
      for (const entry of this.#outbox.unwanted) await this.#takeBack(entry);
      this.#most = Math.min(MOST_IN_A_BATCH, this.#most * 2);
      return areAnswered;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      // On a slow network less of it may get through.
      this.#most = Math.max(1, this.#most >> 1);
      for (const entry of batch) this.#waiters.get(entry.id)?.onWaiting(tries + 1, () => this.#markOffline(entry));
      return false;
    }
  }

  async #sendBatch(batch) {
    const sent = batch.map(({ body }) => ({ ...body }));
    const answer = await this.call("POST", "/check-ins/batch", { sent_at: new Date().toISOString(), check_ins: sent });
    // A device that is shut out keeps them until it is paired again.
    if (isShutOut(answer)) return this.#shutOut(batch, answer);
    // A batch that the server takes for none: the bad one is found alone.
    if (answer.status !== 200 && batch.length > 1) {
      this.#most = 1;
      return false;
    }
    const results = answer.status === 200 ? answer.body.results : [{ status: answer.status, ...answer.body }];
    const areAnswered = [];
    for (const [at, { status, ...body }] of results.entries()) {
      areAnswered.push(await this.#answered(batch[at], sent[at], { status, body, retryAfter: null }));
    }
    return areAnswered.every(Boolean);
  }

  #shutOut(batch, answer) {
    for (const { id } of batch) {
      this.#waiters.get(id)?.answered(answer);
      this.#waiters.delete(id);
    }
    return false;
  }

  /** Take an answer in; return false where it is none yet. */
  async #answered(entry, sent, answer) {
    const { body } = answer;
    // What has happened already only has to wait for its turn.
    if (answer.status === 429 && sent.offline) return false;
    if (this.#wasJudgedTooEarly(entry, sent, body)) {
      Object.assign(entry, { body: { ...entry.body, nonce: nonceAfter(entry.body.nonce) }, mayBeJudged: false });
      await this.#outbox.update(entry);
      return false;
    }
    this.#acknowledged.add({ ...sent, id: entry.id }, body, this.#token.read());
    if (entry.wantsUndo && body.outcome === "welcome") {
      entry.visit = body.visit.id;
      await this.#outbox.update(entry);
    } else {
      await this.#outbox.remove(entry);
    }
    this.#tell(entry, answer);
    return true;
  }

  /**
   * Tell whether the server refused as a scan of the moment what has meanwhile happened: its answer was late or lost, and
   * the page has let the person in. It goes again, as what it is now.
   */
  #wasJudgedTooEarly(entry, sent, body) {
    const wasOfTheMoment = !sent.offline || (body.replayed && entry.mayBeJudged);
    return body.outcome === "refused" && Boolean(entry.body.offline) && wasOfTheMoment;
  }

  #tell(entry, answer) {
    const waiter = this.#waiters.get(entry.id);
    this.#waiters.delete(entry.id);
    if (waiter) waiter.answered(answer);
    else this.#onLater(answer, entry.id);
  }

  async #takeBack(entry) {
    const answer = await this.undo(entry.visit);
    if (isShutOut(answer)) return;
    await this.#outbox.remove(entry);
    this.#onUndone(entry.id, answer);
  }

  async #markOffline(entry) {
    entry.body.offline = true;
    await this.#outbox.update(entry);
  }
}

const isToken = (value) => typeof value === "string" && /^[\w-]{1,200}$/.test(value);

/** Tell whether this is a list of scans as the outbox and the acknowledged keep them, as far as their shape goes. */
const areEntries = (value) => Array.isArray(value) && value.every((entry) => typeof entry?.body?.nonce === "string");

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
