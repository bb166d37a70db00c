// What somebody has typed and not sent stays when they turn to the other language: kept for this tab alone, until the
// form is there again. Never passwords or files.

const NEVER = new Set(["password", "file", "submit", "button"]);
const OURS = new Set(["csrf_token", "once"]);
const key = (path) => `typed ${path}`;
const isTick = (field) => field.type === "checkbox" || field.type === "radio";

/** The fields of the page's forms, in their order: in both languages it is the same. */
function fields() {
  const all = [...document.querySelectorAll("form input, form textarea, form select")];
  return all.filter((field) => !NEVER.has(field.type) && !OURS.has(field.name));
}

/** An answer to a form may hold in hidden fields what was typed, and may stand at another address than the form. */
function keep(path) {
  const typed = fields().map((field) => ({ name: field.name, tick: isTick(field), value: isTick(field) ? field.checked : field.value }));
  sessionStorage.setItem(key(path), JSON.stringify(typed));
}

/** Each field that a person can see gets the next value that was kept under its name. */
function putBack() {
  const kept = JSON.parse(sessionStorage.getItem(key(location.pathname)) ?? "[]");
  sessionStorage.removeItem(key(location.pathname));
  for (const field of fields()) {
    const at = kept.findIndex(({ name, tick }) => name === field.name && tick === isTick(field));
    if (at < 0) continue;
    const [{ tick, value }] = kept.splice(at, 1);
    if (field.type === "hidden") continue;
    if (tick) field.checked = value;
    else field.value = value;
  }
}

for (const link of document.querySelectorAll('a[href*="/language/"]')) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const to = new URL(link.href);
    const back = new URL(to.searchParams.get("back"), location.href);
    keep(back.pathname);
    // The server never hears of the anchor: the link takes it along.
    if (back.pathname === location.pathname) back.hash = location.hash;
    to.searchParams.set("back", back.pathname + back.search + back.hash);
    link.href = to.href;
  });
}
putBack();
