// The desk rings when somebody calls for help, and when they ring again.

import { chime, unlockOnTouch } from "../sound.js";

const live = document.getElementById("live");
const heard = new Set();

function listen() {
  const rings = [...live.querySelectorAll("[data-ring]")].map(({ dataset }) => dataset.ring);
  if (rings.some((ring) => !heard.has(ring))) chime("ring");
  for (const ring of rings) heard.add(ring);
}

new MutationObserver(listen).observe(live, { childList: true, subtree: true, attributeFilter: ["data-ring"] });
unlockOnTouch();
listen();
