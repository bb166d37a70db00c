// What the kiosk says aloud, in Chinese, of what it shows; and a volunteer's two switches, for the voice and for the chimes.

import { chime, isOn, turnSound } from "../sound.js";
import { Voice } from "../voice.js";
import { language, onChange, say } from "./settings.js";
import { find, showing, write } from "./views.js";

const EVERY = 60_000;
const VIEWS = { questions: "questions", card: "new_card", help: "help", still: "still_there" };
const LINES = { welcome_line_party: "welcome_party" };

/**
 * @param {import("./flow.js").Flow} flow
 * @returns {{begin: () => void}}
 */
export function defineSpeaking(flow) {
  const voice = new Voice();

  async function refresh() {
    await voice.refresh();
    drawSwitches();
  }

  function drawSwitches() {
    find("voice-switch").hidden = !voice.canSpeak;
    for (const what of ["chime", "voice"]) {
      write(find(`${what}-switch`).querySelector("span"), say(isOn(what) ? `${what}_off` : `${what}_on`));
    }
  }

  function turn(what) {
    turnSound(what);
    if (what === "chime") chime("kept");
    else speak();
    drawSwitches();
  }

  function speak() {
    const [name, about] = told(flow);
    const isResult = showing() === "result";
    // What has happened is told even when the glass has moved on, a question only while it stands there.
    const isWanted = () => isResult || told(flow)[0] === name;
    // The clips are Chinese: who reads English hears the chime.
    if (name && language() === "zh-CN") voice.announce(name, about, isWanted);
  }

  for (const what of ["chime", "voice"]) find(`${what}-switch`).addEventListener("click", () => turn(what));
  new MutationObserver(speak).observe(find("page"), { attributeFilter: ["data-view"] });
  onChange(drawSwitches);
  let timer = 0;

  return {
    begin() {
      clearInterval(timer);
      timer = setInterval(refresh, EVERY);
      refresh();
    },
  };
}

/** Return which announcement tells what is on the glass, and what it is about. */
function told({ person, result }) {
  if (showing() === "result" && result) return ofResult(result);
  if (showing() === "shared") return [person.card || person.walkIn ? "which_booth" : ""];
  if (showing() === "count") return [person.counted ? "" : person.counting === "party" ? "party" : "walk_in"];
  return [VIEWS[showing()] ?? ""];
}

function ofResult({ key, reason, line, values, booth }) {
  const { number, first } = values?.("zh-CN") ?? {};
  return [LINES[line] ?? key ?? reason ?? "", { number, first, booth: booth?.slug }];
}
