// What an answer of the API says to the volunteer: one word, one sentence, which card.

import { isOtherCode } from "../codes.js";
import { hour, say } from "./page.js";

/** @typedef {{state: "" | "welcome" | "again" | "refused" | "kept" | "undone", word: string, line: string, card: string,
 *   visits?: number}} Told `visits`: how many came to the booth today, where the answer tells it */

/** A number as it is typed from a card. */
const SHORT = /^\d{6}$/;

/**
 * Put an answer into words.
 * @param {any} reply
 * @param {string | null} [scan] what was scanned
 * @returns {Told}
 */
export function told(reply, scan = null) {
  if (reply.reason === "invalid" && isOtherCode(scan ?? "")) {
    return { state: "refused", word: say("no_card"), line: say("no_card_line"), card: "" };
  }
  if (reply.reason === "invalid" && SHORT.test(scan ?? "")) {
    return { state: "refused", word: say("wrong_number"), line: say("wrong_number_line"), card: "" };
  }
  const card = reply.card ? say("card", { short: reply.card.short }) : "";
  if (reply.outcome === "welcome") return welcome(reply.visit, card);
  if (reply.reason === "already") {
    return { state: "again", word: say("again"), line: say("again_line", { time: hour(new Date(reply.visit.at)) }), card };
  }
  const [word, line] = parts(reply.message ?? "");
  return { state: reply.outcome === "again" ? "again" : "refused", word: word || say("refused"), line, card };
}

const ALONE = {
  kept: ["kept", "kept_line"], already: ["again", "again_away"], too_soon: ["again", "too_soon_away"],
  invalid: ["refused", "invalid_away"], unknown_card: ["refused", "unknown_away"], revoked_card: ["refused", "revoked_away"],
  edition_closed: ["refused", "over_away"],
};
const DOUBTS = { unknown_card: "doubt_unknown", closed: "doubt_closed", full: "doubt_full" };

/**
 * Put into words what this page judged without the server.
 * @param {import("./judge.js").Verdict} verdict
 * @param {string} card
 * @returns {Told}
 */
export function toldAlone({ outcome, reason, doubts }, card) {
  const [word, line] = ALONE[reason ?? outcome];
  const doubt = doubts.map((each) => DOUBTS[each]).find(Boolean);
  return { state: outcome, word: say(word), line: say(doubt ?? line), card };
}

function welcome({ number, party }, card) {
  const line = party > 1 ? say("welcome_line_party", { first: number - party + 1, number }) : say("welcome_line", { number });
  return { state: "welcome", word: say("welcome"), line, card: card || walkIn(party), visits: number };
}

/** Name persons without a card. @param {number} party */
export const walkIn = (party) => say("party", { n: party });

/** Split a sentence of the server's into its head, which is shown large, and the rest. */
export function parts(message) {
  const [head, ...rest] = message.split(/(?<=[，！；])|(?<=[,!;])\s+/);
  const line = rest.join(/[A-Za-z]/.test(message) ? " " : "");
  return [head.replace(/[，,；;]$/, ""), line.charAt(0).toUpperCase() + line.slice(1)];
}
