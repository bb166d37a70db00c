// Nobody touches, nobody scans: ask, then go home, so that nothing of the last person stays.

import { putBack, say, saySecond } from "./settings.js";
import { define, draw, find, show, showing, write } from "./views.js";

const ASK_AFTER = 40;
const LEAVE_AFTER = 60;

/**
 * @param {import("./flow.js").Flow} flow
 * @returns {{stay: () => void, touched: () => void, under: () => string}} `touched`: somebody is here, as by a card that a
 *   webcam saw; `under`: the view that is shown, or that lies under the question
 */
export function defineIdle(flow) {
  let since = performance.now();
  let under = "";
  const idle = () => (performance.now() - since) / 1000;
  const left = () => Math.max(1, Math.ceil(LEAVE_AFTER - idle()));
  const touched = () => { since = performance.now(); };
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, touched, true);

  define("still", () => {
    write(find("still-line"), say("still_there_line", { n: left() }));
    write(find("still-second"), saySecond("still_there_line", { n: left() }), "en");
  });
  setInterval(() => {
    if (idle() >= LEAVE_AFTER) leave();
    else if (showing() === "still") draw();
    else if (idle() >= ASK_AFTER && flow.isBusy) ask();
  }, 500);

  const ask = () => {
    under = showing();
    show("still");
  };
  const leave = () => {
    if (showing() === "still" || flow.isBusy) flow.leave();
    else putBack();
  };
  return { stay: () => show(under), touched, under: () => (showing() === "still" ? under : showing()) };
}
