// The webcam as this kiosk's reader. A volunteer, called by the bell, switches it on; this device remembers it, and it
// looks all day. Where it stands, the homes show a mirror instead of the reader's picture.

import { Camera, isBarred } from "../camera.js";
import { Kept } from "../kept.js";
import { say } from "./settings.js";
import { draw, find, write } from "./views.js";

const TRY_AGAIN_AFTER = 5000;

/**
 * @param {(text: string) => void} onText
 * @returns {{begin: () => void, turn: () => void, draw: () => void}} `turn` switches it on or off
 */
export function defineWebcam(onText) {
  const kept = new Kept("laojiefang.camera.kiosk");
  const mirrors = [...document.querySelectorAll(".mirror")];
  let timer = 0;
  let size = { width: 0, height: 0 };
  const camera = new Camera(document.createElement("video"), { onText, onChange: reflect, onTrouble: tryAgain, shown });

  /** Between the homes no mirror is on the glass: what it showed last is what counts. */
  function shown() {
    const mirror = mirrors.find((each) => each.clientWidth);
    if (mirror) size = { width: mirror.clientWidth, height: mirror.clientHeight };
    return size;
  }

  function open() {
    clearTimeout(timer);
    if (kept.read() && !isBarred()) camera.open();
    reflect();
  }

  function turn() {
    kept.write(kept.read() ? null : true);
    if (!kept.read()) camera.close();
    open();
  }

  /** Nobody stands by who could press a button: it may be plugged in again. */
  function tryAgain() {
    reflect();
    timer = setTimeout(open, TRY_AGAIN_AFTER);
  }

  function reflect() {
    const isOn = Boolean(kept.read()) && !isBarred();
    if (isOn) find("page").dataset.webcam = camera.stream ? "on" : "away";
    else delete find("page").dataset.webcam;
    for (const mirror of mirrors) {
      mirror.hidden = !isOn;
      const video = mirror.querySelector("video");
      if (video.srcObject === camera.stream) continue;
      video.srcObject = camera.stream;
      video.play().catch(() => {});
    }
    drawSwitch();
    draw();
  }

  function drawSwitch() {
    find("webcam").hidden = isBarred();
    write(find("webcam-word"), say(kept.read() ? "webcam_off" : "webcam_on"));
    const isAway = find("page").dataset.webcam === "away";
    for (const mirror of mirrors) mirror.querySelector("figcaption").dataset.word = isAway ? "webcam_away" : "webcam_here";
  }

  return { begin: open, turn, draw: drawSwitch };
}
