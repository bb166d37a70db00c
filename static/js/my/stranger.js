// A card's own address, opened on a phone: it may be put into it.

import { find, listen, say, show, tell } from "./page.js";
import { code, keeps, put } from "./phone.js";

const { code: shown } = find("page").dataset;

function take() {
  put(shown);
  if (keeps()) location.assign("/my");
  else tell(say("not_kept"));
}

find("other").hidden = !code();
show(code() === shown ? "here" : "put");
listen({ put: take });
