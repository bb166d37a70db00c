// The booths where the card of this moment has been today. The server tells them for its scan alone, and only for a while.

import { Unanswered } from "../station.js";

/**
 * @param {import("../station.js").Station} station
 * @param {string} nonce of the scan
 * @returns {Promise<Record<string, string> | null>} when it was there, by booth; null where the server does not say
 */
export async function stampsOf(station, nonce) {
  try {
    const { status, body } = await station.call("GET", `/days/${nonce}`);
    return status === 200 ? body.stamps : null;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return null;
  }
}
