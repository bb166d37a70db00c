// What a person may change on the glass: language, size of text, contrast. It goes with the person.

import { readBlock, speaker } from "../words.js";

const root = document.documentElement;
const usual = root.dataset.language === "en" ? "en" : "zh-CN";
const blocks = readBlock();
const speakers = { "zh-CN": speaker(blocks["zh-CN"] ?? {}), en: speaker(blocks.en ?? {}) };
const watchers = [];

/** Return the language that is shown. */
export const language = () => root.lang;

/** Say a word in the language that is shown. */
export const say = (key, values) => speakers[language()](key, values);

/** Say a word in English, as the second line under the Chinese; "" where English is shown already. */
export function saySecond(key, values) {
  const english = speakers.en(key, values);
  return language() === "en" || english === speakers["zh-CN"](key, values) ? "" : english;
}

/** Be told when something was changed, to draw again. */
export const onChange = (watcher) => watchers.push(watcher);

const tell = () => watchers.forEach((watcher) => watcher());

export const isLarge = () => root.dataset.text === "large";
export const isHighContrast = () => root.dataset.contrast === "high";

function mark(name, value) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
}

/** What each tool does when it is touched. */
export const turn = {
  language() {
    root.lang = language() === "en" ? "zh-CN" : "en";
    tell();
  },
  text() {
    mark("text", isLarge() ? "" : "large");
    tell();
  },
  contrast() {
    mark("contrast", isHighContrast() ? "" : "high");
    tell();
  },
};

/** Put everything back for the next person. */
export function putBack() {
  if (language() === usual && !isLarge() && !isHighContrast()) return;
  root.lang = usual;
  mark("text", "");
  mark("contrast", "");
  tell();
}
