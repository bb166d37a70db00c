/** The server did not answer: not reached, too slow, or a 5xx. */
export class Unanswered extends Error {}
