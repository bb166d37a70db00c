// The way of one person past the kiosk: a card (or none), how many, which booth, the answer, and home again.

import { nonce } from "../nonce.js";
import { questionsOf } from "../questions.js";
import { chime } from "../sound.js";
import { show, showing, draw } from "./views.js";
import { describe } from "./answers.js";
import { putBack } from "./settings.js";
import { stampsOf } from "./stamps.js";

const RESULT_TIME = 3200;
const ASKED_TIME = 6500;
const SHOW_SENDING_AFTER = 500;
const KEEP_AFTER = 4000;

export class Flow {
  /** What this person has shown and touched so far. */
  person = nobody();
  /** What fills the screen: an answer, or that it is on its way. */
  result = null;
  #latest = 0;
  #timers = [];

  /**
   * @param {import("../station.js").Station} station
   * @param {import("./festival.js").Festival} festival
   */
  constructor(station, festival) {
    this.station = station;
    this.festival = festival;
  }

  /** Home: nothing of the last person stays. */
  home() {
    this.stop();
    show(this.festival.bound ? "home" : "shared");
  }

  /** Forget the person; what is still on its way is counted, but shows nothing any more. */
  stop() {
    this.#stopTimers();
    this.#latest += 1;
    this.person = nobody();
    this.result = null;
  }

  /** Something else fills the screen until somebody touches it: what is on its way is counted, but comes too late to show. */
  hold() {
    this.#stopTimers();
    this.#latest += 1;
  }

  /** A card was held to the reader; `text` may be no code at all, the server says so. */
  scan(text, isCode) {
    const { counting, party, booth, from } = this.person;
    if (!isCode) return this.send({ scan: text, party: 1, booth: booth ?? undefined });
    if (counting === "party" && !this.person.counted) return this.#keepCard(text);
    this.person = { ...nobody(), card: text, party: counting === "party" ? party : 1, booth, from };
    return this.proceed();
  }

  /** Two guns typed at once: neither card was read, and how many they are still stands. */
  mixed() {
    this.#stopTimers();
    chime("refused");
    this.person = { ...this.person, sent: false };
    this.#showResult((this.#latest += 1), { state: "refused", key: "mixed", line: "mixed_line" });
    this.#after(ASKED_TIME, () => this.leave());
  }

  #keepCard(card) {
    this.#stopTimers();
    this.person.card = card;
    chime("kept");
    show("count");
  }

  /** Go on with what is known: send it, or ask for the booth. */
  proceed() {
    const { card, walkIn, party } = this.person;
    const booth = this.festival.bound?.slug ?? this.person.booth;
    if (!booth) return this.#askBooth();
    this.person = { ...nobody(), sent: true };
    return this.send({ scan: walkIn ? null : card, party, booth });
  }

  #askBooth() {
    this.#stopTimers();
    this.#latest += 1;
    this.result = null;
    this.person.counting = null;
    chime("kept");
    show("shared");
  }

  /** A booth's tile was touched, before or after the card. */
  chooseBooth(slug) {
    const { card, walkIn, booth, sent } = this.person;
    if (sent) return;
    this.person.booth = booth === slug && !card && !walkIn ? null : slug;
    if (card || walkIn) this.proceed();
    else draw();
  }

  /** Show the tiles, or the answers, from this one on. */
  turnTo(from) {
    this.person.from = from;
    draw();
  }

  /** Ask how many they are: "party" with a card, "walk-in" without. */
  count(counting) {
    this.#stopTimers();
    this.person = { ...nobody(), counting };
    show("count");
  }

  /** That many. */
  counted(party) {
    if (!this.person.counting) return;
    Object.assign(this.person, { party, counted: true });
    const walkIn = this.person.counting === "walk-in";
    if (walkIn) this.person.walkIn = true;
    if (walkIn || this.person.card) this.proceed();
    else draw();
  }

  /**
   * Send a check-in and show what comes of it.
   * @param {{scan: string | null, party: number, booth?: string, answers?: Record<string, string>}} checkIn
   */
  async send(checkIn) {
    this.#stopTimers();
    const turn = (this.#latest += 1);
    const isLatest = () => turn === this.#latest;
    const began = performance.now();
    this.#after(SHOW_SENDING_AFTER, () => isLatest() && this.#showResult(turn, { state: "", key: "sending" }));
    const onWaiting = (tries, markOffline) => {
      if (performance.now() - began < KEEP_AFTER || tries < 2) return;
      markOffline();
      if (isLatest()) this.#showKept();
    };
    const sent = { ...checkIn, nonce: nonce() };
    const answer = await this.station.checkIn(sent, { onWaiting });
    this.festival.refresh();
    if (isLatest()) this.#answered(turn, checkIn, answer, sent.nonce);
  }

  #showKept() {
    this.person = nobody();
    chime("kept");
    this.#showResult((this.#latest += 1), { state: "kept", key: "kept" });
    this.#after(RESULT_TIME, () => this.leave());
  }

  /** This person is done: the next one's language and size are the usual ones. */
  leave() {
    putBack();
    this.home();
  }

  #answered(turn, checkIn, { body }, sent) {
    if (body.reason === "not_enrolled") return;
    this.#stopTimers();
    if (body.reason === "answers_needed" && body.questions?.every(isTouched)) return this.#ask(checkIn, body.questions);
    const state = ["welcome", "again"].includes(body.outcome) ? body.outcome : "refused";
    chime(state);
    // A card that was not read is held to the reader once more: how many they are, and where, still stands.
    this.person = body.reason === "invalid" ? { ...this.person, sent: false } : nobody();
    this.#showResult(turn, { state, nonce: body.card ? sent : null, ...describe(checkIn, body, this.festival) });
    this.#after(state === "refused" ? ASKED_TIME : RESULT_TIME, () => this.leave());
    if (state === "welcome" && body.card?.booths > 1) this.#addStamps(this.result, sent);
  }

  #ask(checkIn, needed) {
    const booth = this.festival.booth(checkIn.booth ?? this.festival.bound?.slug);
    const questions = questionsOf(booth, needed).filter(isTouched);
    this.person = { ...nobody(), asked: { checkIn, questions, answers: {}, at: 0 } };
    chime("kept");
    show("questions");
  }

  /** The seals of before, beside the new one. */
  async #addStamps(result, sent) {
    result.stamps = await stampsOf(this.station, sent);
    if (result.stamps && this.result === result) draw();
  }

  #showResult(turn, result) {
    if (turn !== this.#latest) return;
    this.result = result;
    show("result", result.state);
  }

  /** Answer the question that is shown; null leaves it out. After the last one the scan goes again, as a new one. */
  answer(choice) {
    const { asked } = this.person;
    if (!asked) return;
    if (choice !== null) asked.answers[asked.questions[asked.at].key] = choice;
    asked.at += 1;
    this.person.from = 0;
    if (asked.at < asked.questions.length) show("questions");
    else this.send({ ...asked.checkIn, answers: asked.answers });
  }

  /** Whether somebody is in the middle of something that must not stay for the next one. */
  get isBusy() {
    const { card, walkIn, booth, from } = this.person;
    return ["count", "card", "questions", "help", "moved", "day"].includes(showing()) || Boolean(card || walkIn || booth || from);
  }

  #after(ms, act) {
    this.#timers.push(setTimeout(act, ms));
  }

  #stopTimers() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
  }
}

/** Whether a question is answered by a touch: there is nothing to type with here. */
const isTouched = (question) => Boolean(question.choices?.length);

const nobody = () => ({
  card: null, walkIn: false, party: 1, counting: null, counted: false, booth: null, from: 0, asked: null, newCard: null, day: null, sent: false,
});
