// The faces come in slices, each fetched when a character of it is first drawn: too late once the server is away.

import { readBlock } from "./words.js";

const FACES = ['500 20px "Noto Sans SC Variable"', '850 20px "Noto Serif SC Variable"'];

/** Fetch what the page's own words are drawn with, also those that are said when the server does not answer. */
export function fetchFaces() {
  const words = JSON.stringify(readBlock()) + document.body.textContent;
  for (const face of FACES) document.fonts?.load(face, words).catch(() => {});
}
