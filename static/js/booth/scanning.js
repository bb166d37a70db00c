// The way of a scan: sent until it is answered, told, listed; and its undo.

import { nonce, Unanswered } from "../station.js";
import { told, walkIn } from "./answers.js";
import { say } from "./page.js";

const KEEP_AFTER = 1500;
const UNDO_AGAIN_AFTER = 2000;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

export class Scanning {
  /**
   * @param {{station: import("../station.js").Station, festival: import("./festival.js").Festival,
   *   recent: import("./recent.js").Recent, result: import("./result.js").Result,
   *   onQuestions: (checkIn: object, questions: object[]) => void}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** A gun read something; whether it is a code, the server says. */
  gun(text, isCode) {
    return this.send({ scan: text }, { kind: isCode ? "card" : "bad", party: 1 });
  }

  /** Persons without a card. @param {number} party */
  walkIn(party) {
    return this.send({ scan: null, party }, { kind: "walk-in", party });
  }

  /** @param {string} short @returns {Promise<any>} the reply, null while it waits for the network */
  number(short) {
    return this.send({ scan: short }, { kind: "number", party: 1, short });
  }

  /** The same scan once more, with answers: a new one, to the server. */
  withAnswers({ checkIn, about }, answers) {
    return this.send({ ...checkIn, answers }, about);
  }

  /**
   * Send a check-in until it is answered. Where that takes long, it counts as kept, and the people go in.
   * @returns {Promise<any>} the reply; null as soon as it is kept
   */
  send(what, about) {
    const checkIn = { ...what, booth: what.booth ?? this.festival.booth.slug };
    const line = { id: nonce(), at: this.festival.time().getTime(), ...about, booth: checkIn.booth };
    let isKept = false;
    let markOffline = () => {};
    const onWaiting = (_tries, mark) => {
      markOffline = mark;
      if (isKept) mark();
    };
    const answered = this.station.checkIn({ ...checkIn, nonce: line.id }, { onWaiting });
    return new Promise((done) => {
      const timer = setTimeout(() => {
        isKept = true;
        markOffline();
        this.#keep(line);
        done(null);
      }, KEEP_AFTER);
      answered.then(({ body }) => {
        clearTimeout(timer);
        this.#answered({ line, checkIn, about }, body, isKept);
        done(body);
      });
    });
  }

  #keep(line) {
    this.recent.put({ ...line, state: "kept" });
    this.result.show({ state: "kept", word: say("kept"), line: say("kept_line"), card: cardOf(line) });
  }

  #answered({ line, checkIn, about }, body, wasKept) {
    if (body.reason === "not_enrolled") return this.recent.drop(line.id);
    if (body.reason === "answers_needed" && body.questions?.length) {
      this.recent.drop(line.id);
      return this.onQuestions({ checkIn, about }, body.questions);
    }
    this.#list(line, body);
    const isQuiet = wasKept && body.outcome !== "refused";
    if (isQuiet) this.result.last(told(body, checkIn.scan));
    else this.result.show(told(body, checkIn.scan), this.#undoOf(line.id, body));
    return this.festival.refresh();
  }

  #undoOf(id, body) {
    return body.outcome === "welcome" ? () => this.undo(id) : null;
  }

  #list(line, body) {
    const wantsUndo = this.recent.line(line.id)?.wantsUndo;
    this.recent.put({
      ...line, state: body.outcome, short: body.card?.short ?? line.short,
      visit: body.outcome === "welcome" ? body.visit.id : undefined, answeredAt: this.festival.time().getTime(),
    });
    if (wantsUndo && body.outcome === "welcome") this.undo(line.id);
  }

  /** Go on with what an earlier page left: scans that were not answered, undos that were not done. */
  resume() {
    const waiting = new Set(this.station.waiting().map((body) => body.nonce));
    for (const line of this.recent.all) {
      if (line.state === "undoing" && line.visit) this.undo(line.id);
      else if (["kept", "undoing"].includes(line.state) && !waiting.has(line.id)) this.recent.drop(line.id);
    }
    for (const body of this.station.waiting()) this.#relist(body);
    this.station.resume(({ body }, { nonce: id }) => this.#answeredLater(id, body));
  }

  /** The server has lost some, and has them again: their visits have other numbers now. */
  restored(sent) {
    for (const { checkIn, answer } of sent) {
      this.#relist(checkIn);
      const line = this.recent.line(checkIn.nonce);
      if (answer.undone) this.recent.put({ ...line, state: "undone", wantsUndo: false });
      else this.#list(line, answer);
    }
    this.festival.refresh();
  }

  #relist({ nonce: id, scan, party, booth, scanned_at: at }) {
    if (this.recent.line(id)) return;
    const line = { id, at: Date.parse(at) + this.festival.ahead, kind: scan === null ? "walk-in" : "card", party: party ?? 1, booth };
    this.recent.put({ ...line, state: "kept" });
  }

  #answeredLater(id, body) {
    const line = this.recent.line(id);
    if (line && body.reason !== "not_enrolled") this.#list(line, body);
    else this.recent.drop(id);
    this.festival.refresh();
  }

  /**
   * Take a scan back; one that is still waiting is taken back as soon as it has been counted.
   * @param {string} id
   */
  async undo(id) {
    const line = this.recent.line(id);
    if (!line) return;
    this.recent.put({ id, state: "undoing", wantsUndo: true });
    if (!line.visit) return;
    const { status, body } = await this.#delete(line.visit);
    if (status === 401) return;
    // 404: a restored server has lost it, and this page does not send it again.
    if (status === 204 || status === 404) this.#undone(this.recent.line(id) ?? line);
    else {
      this.recent.put({ id, state: "welcome", wantsUndo: false, answeredAt: 0 });
      this.result.show(told(body));
    }
  }

  #undone(line) {
    this.recent.put({ id: line.id, state: "undone", wantsUndo: false });
    this.result.sound("undone");
    this.result.last({ state: "undone", word: say("undone"), line: "", card: cardOf(line) });
    this.festival.refresh();
  }

  async #delete(visit) {
    for (;;) {
      try {
        return await this.station.undo(visit);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        await pause(UNDO_AGAIN_AFTER);
      }
    }
  }
}

function cardOf({ kind, party, short }) {
  if (kind === "walk-in") return walkIn(party);
  return short ? say("card", { short }) : "";
}
