// What somebody has typed and not sent stays when they turn to the other language: kept for this tab alone, until the
// page is there again. Never passwords or files; hidden fields are the page's own.

const NEVER = new Set(["password", "file", "hidden", "submit", "button"]);
const key = () => `typed ${location.pathname}`;

/** The fields of the page's forms, in their order: in both languages it is the same. */
function fields() {
  const all = [...document.querySelectorAll("form input, form textarea, form select")];
  return all.filter((field) => !NEVER.has(field.type));
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

function keep() {
  const typed = fields().map((field) => [field.name, isTick(field) ? field.checked : field.value]);
  sessionStorage.setItem(key(), JSON.stringify(typed));
}

function putBack() {
  const kept = JSON.parse(sessionStorage.getItem(key()) ?? "[]");
  sessionStorage.removeItem(key());
  const shown = fields();
  kept.forEach(([name, value], at) => {
    const field = shown[at];
    if (field?.name !== name) return;
    if (isTick(field)) field.checked = value;
    else field.value = value;
  });
}

for (const link of document.querySelectorAll('a[href*="/language/"]')) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    keep();
    const to = new URL(link.href);
    // The server never hears of the anchor: the link takes it along.
    to.searchParams.set("back", to.searchParams.get("back").split("#")[0] + location.hash);
    link.href = to.href;
  });
}
putBack();
