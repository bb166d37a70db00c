// What a reply of the API means to the person at the glass: one word, one sentence, one slip.

import { isOtherCode } from "../codes.js";
import { nameOf } from "./festival.js";

/** Reasons that have words of their own; any other is told in the words that the server sent. */
const OWN_WORDS = new Set([
  "unknown_card", "invalid", "nonce_reused", "edition_closed", "slow_down", "not_your_booth", "unknown_booth",
]);

/** @typedef {{state?: string, key?: string, reason?: string, word?: string, values?: (language?: string) => object, line?: string, message?: string,
 *   booth?: object, time?: Date, visit?: object, card?: object, slip?: {kind: string, booths: object[]}}} Result */

/**
 * Describe a reply. Words are keys, so that they follow the language.
 * @param {{booth?: string}} checkIn
 * @param {any} reply
 * @param {import("./festival.js").Festival} festival
 * @returns {Result}
 */
export function describe(checkIn, reply, festival) {
  const slug = reply.visit?.booth ?? checkIn.booth ?? festival.bound?.slug;
  const booth = slug ? festival.booth(slug) : undefined;
  const about = { booth, visit: reply.visit, card: reply.card };
  if (reply.outcome === "welcome") return { ...about, ...welcome(reply, booth) };
  if (reply.outcome === "again") return { ...about, ...again(reply, booth, festival) };
  if (reply.reason === "invalid" && isOtherCode(checkIn.scan ?? "")) return { ...about, key: "not_a_card", line: "not_a_card_line" };
  return { ...about, ...refused(reply, booth, festival) };
}

function welcome({ visit, card }, booth) {
  const line = visit.party > 1 ? "welcome_line_party" : "welcome_line";
  const first = visit.number - visit.party + 1;
  const values = (language) => ({ number: visit.number, first, booth: booth ? nameOf(booth, language) : "" });
  return { key: "welcome", line, values, slip: card && booth ? { kind: "seal", booths: [booth] } : undefined };
}

function again({ reason, visit }, booth, festival) {
  const slip = { kind: "look_around", booths: festival.others(booth?.slug, 1) };
  const time = visit && new Date(visit.at);
  if (reason !== "too_soon") return { key: "again", line: "again_line", time, slip };
  const minutes = booth?.again_after_minutes;
  const values = () => ({ time: minutes ? festival.hour(new Date(time.getTime() + minutes * 60000)) : "" });
  return { key: "too_soon", line: minutes ? "too_soon_line" : "too_soon_later", values, slip };
}

function refused(reply, booth, festival) {
  const instead = { kind: "go_first", booths: festival.others(booth?.slug, 2) };
  const by = { full: isFull, closed: isClosed, first_visit: comesFirst, answers_needed: asks }[reply.reason];
  if (by) return by(reply, booth, festival, instead);
  if (OWN_WORDS.has(reply.reason)) return { key: reply.reason, line: `${reply.reason}_line` };
  return { message: reply.message ?? "", reason: reply.reason };
}

function isFull(_reply, booth, festival, slip) {
  const { left } = booth ? festival.stand(booth.slug) : { left: 0 };
  if (left) return { key: "full_party", line: "full_party_line", values: () => ({ n: left }), slip };
  return { key: "full", line: booth?.quota ? "full_line" : "", values: () => ({ n: booth?.quota }), slip };
}

function isClosed(_reply, booth, festival, slip) {
  const now = festival.hour(festival.time()).padStart(5, "0");
  if (booth?.opens_at && now < booth.opens_at) {
    return { key: "closed", line: "closed_until", values: () => ({ time: booth.opens_at.replace(/^0/, "") }), slip };
  }
  if (booth?.closes_at && now >= booth.closes_at) return { key: "closed_over", line: "closed_over_line", slip };
  return { key: "closed_now", line: "closed_line", slip };
}

/**
 * Return the word for a booth that takes nobody now, null where it does.
 * @param {import("./festival.js").Booth} booth
 * @param {import("./festival.js").Festival} festival
 */
export function barring(booth, festival) {
  const { open, taken } = festival.stand(booth.slug);
  if (!taken) return null;
  return open ? "full" : isClosed(null, booth, festival).key;
}

function comesFirst(reply, _booth, festival) {
  const first = festival.booth(reply.first_visit?.slug ?? reply.first_visit);
  if (!first) return { message: reply.message ?? "" };
  const slip = { kind: "find_it", booths: [first] };
  return { key: "first_visit", line: "first_visit_line", values: () => ({ number: first.number }), slip };
}

const asks = () => ({ key: "questions_volunteer", line: "questions_volunteer_line" });

/** Split the server's sentence into the word and what follows it. */
export function parts(message) {
  const [word, ...rest] = message.split(/(?<=[，,！!。；;])\s*/);
  const between = /[A-Za-z]/.test(message) ? " " : "";
  const line = rest.join(between);
  return { word: word.replace(/[，,。；;]$/, ""), line: line.charAt(0).toUpperCase() + line.slice(1) };
}
