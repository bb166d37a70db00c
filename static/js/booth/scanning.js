// The way of a scan: sent until it is answered, told, listed; and its undo.

import { read } from "../codes.js";
import { questionsOf } from "../questions.js";
import { nonce, Unanswered } from "../station.js";
import { told, toldAlone, walkIn } from "./answers.js";
import { judge, KEPT } from "./judge.js";
import { hourOf, say } from "./page.js";

const KEEP_AFTER = 1500;
const UNDO_AGAIN_AFTER = 2000;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

export class Scanning {
  /**
   * @param {{station: import("../station.js").Station, festival: import("./festival.js").Festival,
   *   facts: import("./facts.js").Facts, recent: import("./recent.js").Recent, result: import("./result.js").Result,
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
   * Send a check-in until it is answered. Where that takes long, or the server is away, this page judges it, and who is
   * not refused goes in.
   * @returns {Promise<any>} the reply; null as soon as it was judged here
   */
  send(what, about) {
    const checkIn = { ...what, booth: what.booth ?? this.festival.booth.slug };
    const line = { id: nonce(), at: this.festival.time().getTime(), ...about, booth: checkIn.booth };
    return this.station.isAway ? this.#sendAway(line, checkIn, about) : this.#sendAtOnce(line, checkIn, about);
  }

  #sendAtOnce(line, checkIn, about) {
    let verdict = null;
    let markOffline = () => {};
    const onWaiting = (_tries, mark) => {
      markOffline = mark;
      if (verdict && isTaken(verdict)) mark();
    };
    const answered = this.station.checkIn({ ...checkIn, nonce: line.id }, { onWaiting });
    return new Promise((done) => {
      const timer = setTimeout(() => {
        verdict = this.#judge(line, checkIn);
        if (isTaken(verdict)) markOffline();
        this.#judged(line, checkIn, verdict);
        done(null);
      }, KEEP_AFTER);
      answered.then(({ body }) => {
        clearTimeout(timer);
        this.#answered({ line, checkIn, about }, body, verdict);
        done(body);
      });
    });
  }

  #sendAway(line, checkIn, about) {
    const verdict = this.#judge(line, checkIn);
    // What is no code can never count: there is nothing that has happened.
    const offline = verdict.reason !== "invalid";
    return new Promise((done) => {
      const onKept = () => {
        this.#judged(line, checkIn, verdict);
        done(null);
      };
      this.station.checkIn({ ...checkIn, nonce: line.id, offline }, { onKept }).then(({ body }) => {
        this.#answered({ line, checkIn, about }, body, verdict);
      });
    });
  }

  #judge(line, { scan, party, booth: slug }) {
    const booth = this.festival.booths.find((each) => each.slug === slug) ?? this.festival.booth;
    const digits = scan === null ? "" : read(scan).digits;
    const ownAt = digits ? this.facts.ownAt(slug, digits) : null;
    const { left } = this.festival.stand(slug);
    const hour = hourOf(new Date(line.at));
    return judge({ scan, party: party ?? 1 }, { booth, facts: this.facts.of(slug), ownAt, left, at: line.at, hour });
  }

  #judged(line, checkIn, verdict) {
    if (verdict.outcome === KEPT) this.#remember(line, checkIn);
    this.recent.put({ ...line, state: verdict.outcome });
    this.result.show(toldAlone(verdict, cardOf(line)), verdict.outcome === KEPT ? () => this.undo(line.id) : null);
  }

  #remember({ id, at }, { scan, booth }, short = null) {
    const { digits } = scan === null ? { digits: "" } : read(scan);
    if (digits) this.facts.took({ id, booth, at, digits: [digits, ...(short ? [short] : [])] });
  }

  #answered({ line, checkIn, about }, body, verdict) {
    if (body.reason === "not_enrolled") return verdict ? undefined : this.recent.drop(line.id);
    if (body.reason === "answers_needed" && body.questions?.length) {
      this.recent.drop(line.id);
      const booth = this.festival.booths.find(({ slug }) => slug === checkIn.booth);
      return this.onQuestions({ checkIn, about }, questionsOf(booth, body.questions));
    }
    this.#list(line, body);
    if (body.outcome === "welcome") this.#remember(line, checkIn, body.card?.short);
    else if (body.outcome === "refused") this.facts.gaveBack(line.id);
    // Who was judged here is gone; only what the page did not say then is told.
    const isQuiet = verdict && (body.outcome !== "refused" || body.reason === verdict.reason);
    if (isQuiet) this.result.last(told(body, checkIn.scan));
    else this.result.show(told(body, checkIn.scan), this.#undoOf(line.id, body));
    return this.festival.refresh();
  }

  #undoOf(id, body) {
    return body.outcome === "welcome" ? () => this.undo(id) : null;
  }

  #list(line, body) {
    const { wantsUndo } = this.recent.line(line.id) ?? {};
    const isUndoing = wantsUndo && body.outcome === "welcome";
    this.recent.put({
      ...line, state: isUndoing ? "undoing" : body.outcome, short: body.card?.short ?? line.short,
      visit: body.outcome === "welcome" ? body.visit.id : undefined, answeredAt: this.festival.time().getTime(),
    });
  }

  /** Go on with what an earlier page left: scans that were not answered, undos that were not done. */
  resume() {
    const waiting = this.station.waiting();
    const ids = new Set(waiting.map(({ id }) => id));
    for (const line of this.recent.all) {
      if (line.state === "undoing" && line.visit) this.#undoCounted(line);
      else if (["kept", "undoing"].includes(line.state) && !ids.has(line.id)) this.recent.drop(line.id);
    }
    for (const body of waiting) this.#relist(body);
    this.station.resume({
      onAnswer: ({ body }, id) => this.#answeredLater(id, body),
      onUndone: (id, answer) => this.#undoAnswered(id, answer),
    });
  }

  /** The server has lost some, and has them again: their visits have other numbers now. */
  restored(sent) {
    for (const { checkIn, answer } of sent) {
      this.#relist({ id: checkIn.nonce, ...checkIn });
      const line = this.recent.line(checkIn.id ?? checkIn.nonce);
      if (answer.undone) this.recent.put({ ...line, state: "undone", wantsUndo: false });
      else this.#list(line, answer);
    }
    this.festival.refresh();
  }

  #relist({ id, scan, party, booth, scanned_at: at, wantsUndo = false }) {
    if (this.recent.line(id)) return;
    const line = { id, at: Date.parse(at) + this.festival.ahead, kind: scan === null ? "walk-in" : "card", party: party ?? 1, booth };
    this.recent.put({ ...line, state: wantsUndo ? "undoing" : "kept", wantsUndo });
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
    this.facts.gaveBack(id);
    if (!(await this.station.unwant(id)) && this.recent.line(id)?.visit) await this.#undoCounted(this.recent.line(id));
  }

  async #undoCounted({ id, visit }) {
    for (;;) {
      try {
        return this.#undoAnswered(id, await this.station.undo(visit));
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        await pause(UNDO_AGAIN_AFTER);
      }
    }
  }

  #undoAnswered(id, { status, body }) {
    if (status === 401) return;
    // 404: a restored server has lost it, and this page does not send it again.
    if (status === 204 || status === 404) this.#undone(id);
    else {
      this.recent.put({ id, state: "welcome", wantsUndo: false, answeredAt: 0 });
      this.result.show(told(body));
    }
  }

  #undone(id) {
    const line = this.recent.line(id);
    if (!line) return;
    this.recent.put({ id, state: "undone", wantsUndo: false });
    this.facts.gaveBack(id);
    this.result.sound("undone");
    this.result.last({ state: "undone", word: say("undone"), line: "", card: cardOf(line) });
    this.festival.refresh();
  }
}

/** Whether the page has let somebody in, or told them that they had been. */
const isTaken = ({ outcome }) => outcome !== "refused";

function cardOf({ kind, party, short }) {
  if (kind === "walk-in") return walkIn(party);
  return short ? say("card", { short }) : "";
}
