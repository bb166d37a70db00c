// What becomes of a scan while the network is away, as far as this page can know: the server's rules for a visit that has
// already happened (check-in.md, Offline). tests/cases/offline.json holds both to the same answers.

import { read } from "../codes.js";

export const KEPT = "kept";

/** @typedef {{outcome: "kept" | "again" | "refused", reason: string | null, doubts: string[]}} Verdict
 *   `kept` counts as soon as the server has it, unless it knows better; `doubts`: what it will warn of, or may refuse for */
/** @typedef {{knowsCards: boolean, isClosed: boolean, find: (digits: string) => Known | undefined,
 *   seenAt: (card: Known) => number | null}} Facts `seenAt`: when that visitor was counted at this booth, in milliseconds */
/** @typedef {{who: number, state: "active" | "stopped" | "replaced"}} Known */
/** @typedef {{counts: string, again_after_minutes: number | null, open: boolean | null, opens_at: string | null,
 *   closes_at: string | null, questions: {required: boolean}[]}} Booth */

/**
 * Judge a scan at a booth.
 * @param {{scan: string | null, party: number}} checkIn
 * @param {{booth: Booth, facts: Facts, ownAt: number | null, left: number | null, at: number, hour: string}} known
 *   `ownAt`: when this page had this card here; `left`: persons that the quota takes; `at`: now; `hour`: now, as HH:MM
 * @returns {Verdict}
 */
export function judge({ scan, party }, known) {
  if (known.facts.isClosed) return refused("edition_closed");
  const code = scan === null ? null : read(scan);
  if (code?.kind === "nothing") return refused("invalid");
  // A badge may be well written: it is no card.
  if (code?.kind === "badge") return refused("unknown_card");
  const card = code && known.facts.find(code.digits);
  if (card?.state === "stopped") return refused("revoked_card");
  const again = code && whyAgain(card, known);
  const ofCard = card?.state === "replaced" ? ["revoked_card"] : [];
  if (again) return { outcome: "again", reason: again, doubts: ofCard };
  const isUnknown = code && !card && known.facts.knowsCards;
  const doubts = [...(isUnknown ? ["unknown_card"] : ofCard), ...hindrances(party, known)];
  return { outcome: KEPT, reason: null, doubts };
}

const refused = (reason) => ({ outcome: "refused", reason, doubts: [] });

function whyAgain(card, { booth, facts, ownAt, at }) {
  const times = [ownAt, card ? facts.seenAt(card) : null].filter((time) => time !== null);
  if (booth.counts !== "every") return times.length ? "already" : null;
  const apart = (booth.again_after_minutes ?? 0) * 60000;
  return times.some((time) => Math.abs(at - time) < apart) ? "too_soon" : null;
}

function hindrances(party, { booth, left, hour }) {
  const found = [];
  if (!isOpen(booth, hour)) found.push("closed");
  if (left !== null && party > left) found.push("full");
  if (booth.questions.some((question) => question.required)) found.push("answers_needed");
  return found;
}

/** Whether a booth takes people: by hand, else by its hours; those that end before they begin run over midnight. */
function isOpen({ open, opens_at: from, closes_at: to }, hour) {
  if (open !== null) return open;
  const hasOpened = from === null || hour >= from;
  const isNotOver = to === null || hour < to;
  return from !== null && to !== null && from > to ? hasOpened || isNotOver : hasOpened && isNotOver;
}
