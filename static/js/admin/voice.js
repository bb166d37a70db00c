// The recording studio: record a phrase, hear it, record it again. What is recorded is kept at once.

import { prepared, Voice } from "../voice.js";
import { pageWords } from "../words.js";
import { isBarred, Recorder } from "./recorder.js";

const SHORTEST = 250;
const TROUBLES = { NotAllowedError: "denied", NotFoundError: "missing" };

const say = pageWords();
const token = document.querySelector("meta[name=csrf-token]").content;
const rows = [...document.querySelectorAll(".phrase")];
const voice = new Voice();
const recorder = new Recorder((level) => showLevel(level));
/** The row that is being recorded. */
let current = null;

const part = (row, name) => row.querySelector(`[data-part=${name}]`);
const button = (row, act) => row.querySelector(`[data-act=${act}]`);

const ACTS = {
  record,
  stop: () => recorder.stop(),
  hear,
};

async function record(row) {
  if (current) return;
  current = row;
  tell(row, "");
  let began = 0;
  try {
    const { sound, isSilent, isDropped, isCut } = await recorder.record(() => {
      began = performance.now();
      showRecording(row, true);
    });
    if (isDropped) return;
    if (performance.now() - began < SHORTEST) tell(row, say("short"));
    else if (isSilent) tell(row, say("silent"));
    else if ((await keep(row, sound)) && isCut) tell(row, say("cut"));
  } catch (error) {
    tell(row, say(TROUBLES[error.name] ?? "missing"));
  } finally {
    current = null;
    showRecording(row, false);
  }
}

/** Resolves to whether it is kept. */
async function keep(row, sound) {
  const answer = await send(row, sound);
  if (!answer.recording) {
    tell(row, answer.message ?? say("unkept"));
    return false;
  }
  row.dataset.recording = answer.recording;
  part(row, "state").textContent = say("recorded");
  part(row, "record").textContent = say("again");
  row.querySelector(".phrase__outdated")?.remove();
  for (const hidden of [button(row, "hear"), row.querySelector("form")]) hidden.hidden = false;
  document.getElementById("recorded").textContent = String(rows.filter((each) => each.dataset.recording).length);
  return true;
}

async function hear(row) {
  const isBroken = await prepared(row.dataset.recording).then(() => false, (error) => error.name === "EncodingError");
  if (isBroken) tell(row, say("broken"));
  else tell(row, (await voice.say([row.dataset.recording])) ? "" : say("unheard"));
}

async function send(row, sound) {
  try {
    const headers = { "X-CSRFToken": token, "Content-Type": sound.type };
    const answer = await fetch(`/admin/voice/${row.dataset.phrase}`, { method: "POST", headers, body: sound });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return isJson ? await answer.json() : {};
  } catch {
    return { message: say("away") };
  }
}

/** While a row records, its one button is "stop"; afterwards the keyboard stands at what is to be done next. */
function showRecording(row, isOn) {
  const hadFocus = row.contains(document.activeElement) || document.activeElement === document.body;
  row.classList.toggle("phrase--recording", isOn);
  for (const each of row.querySelectorAll("button, .act")) {
    const needsClip = each.dataset.act === "hear" || each.matches(".act");
    const isStop = each.dataset.act === "stop";
    if (each.dataset.act || needsClip) each.hidden = isStop ? !isOn : isOn || (needsClip && !row.dataset.recording);
  }
  row.querySelector("[role=meter]").hidden = !isOn;
  if (hadFocus) (isOn ? button(row, "stop") : button(next(row), "record")).focus();
}

/** The row itself while it has no recording, else the next one that has none. */
function next(row) {
  if (!row.dataset.recording) return row;
  return rows.slice(rows.indexOf(row)).find((each) => !each.dataset.recording) ?? row;
}

function showLevel(level) {
  const meter = current?.querySelector("[role=meter]");
  if (!meter) return;
  meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
  meter.firstElementChild.style.setProperty("--level", Math.min(1, level * 1.4).toFixed(2));
}

function tell(row, text) {
  const place = row.querySelector(".phrase__trouble");
  place.hidden = !text;
  place.querySelector("span").textContent = text;
}

async function hearAll(event) {
  event.preventDefault();
  const told = document.getElementById("tried");
  const about = { number: document.getElementById("try-number").value, booth: document.getElementById("try-booth").value };
  const addresses = await voice.sounds("welcome", about).catch(() => null);
  if (!addresses) return void (told.textContent = say("away"));
  const byMachine = addresses.some((address) => address.includes("/machine/"));
  told.textContent = say(addresses.length ? (byMachine ? "by_machine" : "by_neighbour") : "unsaid");
  if (addresses.length && !(await voice.say(addresses))) told.textContent = say("unheard");
  return undefined;
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-act]");
  if (pressed) ACTS[pressed.dataset.act](pressed.closest(".phrase"));
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") recorder.drop(); });
document.getElementById("try").addEventListener("submit", hearAll);
window.addEventListener("pagehide", () => recorder.close());

if (isBarred()) {
  document.getElementById("barred").hidden = false;
  for (const row of rows) button(row, "record").disabled = true;
}
