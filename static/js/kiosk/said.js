// Somebody who does not see the glass hears which view came up: its heading, in the one region that is always there.

import { find, showing, write } from "./views.js";

// These say themselves.
const SPEAKING = ["result"];

/** Read out each view's heading when it is shown. */
export function sayViews() {
  const tell = () => {
    const heading = document.querySelector(`section[data-view="${showing()}"] h1`);
    write(find("said"), SPEAKING.includes(showing()) ? "" : heading?.textContent ?? "");
  };
  new MutationObserver(tell).observe(find("page"), { attributeFilter: ["data-view"] });
}
