// What the pages of residents' phones share: words, views, and calls that carry the card in their body.

import { hoursIn } from "../hours.js";
import { Unanswered } from "../unanswered.js";
import { pageWords } from "../words.js";

const TIMEOUT = 8000;

export const say = pageWords();
export const find = (id) => document.getElementById(id);

/** Show one of the page's views, or none. @param {string} name */
export function show(name) {
  for (const view of document.querySelectorAll("[data-view]")) view.hidden = view.dataset.view !== name;
}

/** Say something below the buttons. @param {string} text */
export function tell(text) {
  find("told").textContent = text;
}

export const { hour } = hoursIn(find("page").dataset.zone);

/** @param {Record<string, (button: HTMLButtonElement) => void>} acts what each button does */
export function listen(acts) {
  document.body.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (button) acts[button.dataset.act]?.(button);
  });
}

/**
 * Send something to the server.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<{status: number, body: any, retryAfter: number}>}
 * @throws {Unanswered}
 */
export async function ask(path, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  const headers = { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang };
  try {
    const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), cache: "no-store", signal: stop.signal });
    if (reply.status >= 500) throw new Unanswered(String(reply.status));
    return { status: reply.status, body: await reply.json(), retryAfter: Number(reply.headers.get("Retry-After")) };
  } catch (error) {
    throw error instanceof Unanswered ? error : new Unanswered(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Have a card made.
 * @returns {Promise<string | null>} its code; null where there was none, and why has been told
 */
export async function newCard() {
  tell(say("making"));
  try {
    const { status, body } = await ask("/my/card", {});
    tell(status === 201 ? "" : status === 429 ? say("desk") : body.message);
    return status === 201 ? body.code : null;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    tell(say("away"));
    return null;
  }
}
