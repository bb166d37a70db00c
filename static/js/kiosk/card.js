// A card for who has none: it is shown, not printed, to be photographed or noted down.

import { Unanswered } from "../station.js";
import { say, saySecond } from "./settings.js";
import { define, draw, find, show, write } from "./views.js";

/**
 * @param {import("./flow.js").Flow} flow
 * @returns {{start: () => void, use: () => void}}
 */
export function defineCard(flow) {
  define("card", () => drawCard(flow.person.newCard));
  return {
    start() {
      flow.home();
      flow.person.newCard = { card: null, failed: false };
      show("card");
      makeCard(flow, flow.person.newCard);
    },
    use() {
      const made = flow.person.newCard?.card;
      if (made) flow.scan(made.code, true);
    },
  };
}

async function makeCard(flow, wanted) {
  try {
    const { status, body } = await flow.station.call("POST", "/cards", { count: 1 });
    wanted.over = body.reason === "edition_closed";
    if (status !== 201) throw new Unanswered(String(status));
    const [card] = body.cards;
    wanted.picture = await flow.station.picture("/kiosk/qr", card.code);
    wanted.card = card;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    wanted.failed = true;
  }
  if (flow.person.newCard === wanted) draw();
}

function drawCard(wanted) {
  if (!wanted) return;
  const { card, failed, over, picture } = wanted;
  const title = over ? "edition_closed" : failed ? "no_new_card" : card ? "new_card" : "making_card";
  const line = over ? "edition_closed_line" : failed ? "no_new_card_line" : "new_card_line";
  write(find("card-title"), say(title));
  write(find("card-line"), say(line));
  write(find("card-second"), saySecond(line), "en");
  find("use-card").disabled = !card;
  find("card-picture").parentElement.classList.toggle("picture--blank", !card);
  find("card-picture").querySelector("[data-short]").textContent = card ? spaced(card.short) : "";
  find("card-picture").querySelector("[data-qr]").replaceChildren(...(picture ? [picture] : []));
}

const spaced = (short) => `${short.slice(0, 3)} ${short.slice(3)}`;
