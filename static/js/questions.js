// What a booth asks of somebody who is to be checked in.

/** @typedef {{key: string, label: string, required: boolean, choices: string[] | null}} Question */

/**
 * Return what to ask, in the booth's order: where somebody has to be asked anyway, all that the booth would like to know.
 * @param {{questions?: Question[]} | undefined} booth as this page knows it, which may be of before
 * @param {Question[]} needed what the server waits for
 * @returns {Question[]}
 */
export function questionsOf(booth, needed) {
  const now = new Map(needed.map((question) => [question.key, question]));
  const known = (booth?.questions ?? []).filter(({ key, required }) => !required || now.has(key));
  if (!needed.every(({ key }) => known.some((question) => question.key === key))) return needed;
  return known.map((question) => now.get(question.key) ?? question);
}
