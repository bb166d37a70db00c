// Larger text and high contrast, one touch away; kept on this device.

import { Kept } from "./kept.js";

const ON = { text: "large", contrast: "high" };
const root = document.documentElement;
const kept = new Kept("laojiefang.sight");

/**
 * Bind the buttons that carry `data-sight`: each names what it turns, and `data-turned` its word for the way back.
 * @param {() => void} onChange is told when words have another size
 */
export function offerSight(onChange) {
  const now = { ...kept.read() };
  const buttons = [...document.querySelectorAll("[data-sight]")];
  const words = new Map(buttons.map((button) => [button, button.querySelector("span").textContent]));
  const apply = () => {
    for (const [kind, value] of Object.entries(ON)) {
      if (now[kind]) root.dataset[kind] = value;
      else delete root.dataset[kind];
    }
    for (const button of buttons) {
      button.querySelector("span").textContent = now[button.dataset.sight] ? button.dataset.turned : words.get(button);
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      now[button.dataset.sight] = !now[button.dataset.sight];
      kept.write(now);
      apply();
      onChange();
    });
  }
  apply();
}
