// A photograph of a card, where the camera is barred: made smaller here, read by the server, kept nowhere.

import { Unanswered } from "./station.js";

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;
const TRIES = 3;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/**
 * Return the picture made smaller, or as it is where this browser cannot read it.
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
export async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return (await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); })) ?? file;
  } catch {
    return file;
  }
}

/**
 * Have the server read a picture.
 * @param {import("./station.js").Station} station
 * @param {Blob} file
 * @returns {Promise<{text: string} | {why: "away"} | {why: "refused", message: string}>}
 */
export async function textIn(station, file) {
  const picture = await smaller(file);
  try {
    for (let tries = 1; ; tries += 1) {
      const { status, body, retryAfter } = await station.call("POST", "/photos", picture);
      if (status === 200) return { text: body.texts[0] };
      if (status !== 429 || tries === TRIES || retryAfter > TRIES) return { why: "refused", message: body.message };
      await pause(1000 * retryAfter);
    }
  } catch (error) {
    if (error instanceof Unanswered) return { why: "away" };
    throw error;
  }
}
