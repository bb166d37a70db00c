"""What a person would see on a page: words that are cut off, that lie on one another, or that are drawn as boxes;
and what would keep out somebody who sees little, or uses a keyboard or a screen reader (axe-core)."""

import time
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

# Leaves are elements with words of their own. What is only for screen readers, or lies under a layer, is not seen.
_LOOK = """
() => {
  const SMALL = 2;
  const page = document.documentElement;
  const kind = (el) => `${el.tagName.toLowerCase()}${el.id ? "#" + el.id : ""}.${el.className.baseVal ?? el.className}`;
  const name = (el) => `${kind(el)} ` + JSON.stringify(el.textContent.trim().slice(0, 30));
  const own = (el) => [...el.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
  const seen = (el) => {
    if (el.closest("[data-floating], .said, noscript, script, style, title, [hidden]")) return false;
    const style = getComputedStyle(el);
    if (style.visibility !== "visible" || style.display === "none") return false;
    return el.getClientRects().length > 0;
  };
  const boxes = (el) => own(el).flatMap((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((box) => box.width > 0);
  });
  // A line's box is higher than its letters: Noto's is 1.45 of the size, hanzi fill about one.
  const inked = (el, box) => {
    const size = Number.parseFloat(getComputedStyle(el).fontSize);
    if (getComputedStyle(el).writingMode !== "horizontal-tb") {
      const aside = Math.max(0, (box.width - size * 0.86) / 2);
      return { left: box.left + aside, right: box.right - aside, top: box.top, bottom: box.bottom };
    }
    const cut = Math.max(0, (box.height - size * 0.86) / 2);
    return { left: box.left, right: box.right, top: box.top + cut, bottom: box.bottom - cut };
  };
  const top = [...document.querySelectorAll(".result:not([hidden])")].at(-1) ?? document.body;
  const leaves = [...top.querySelectorAll("*")].filter((el) => own(el).length && seen(el));
  const told = { clipped: [], outside: [], overlapping: [], tall: [] };
  for (const el of leaves) {
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const room = up.getBoundingClientRect();
      for (const box of boxes(el).map((each) => inked(el, each))) {
        if (box.left < room.left - SMALL || box.right > room.right + SMALL
          || box.top < room.top - SMALL || box.bottom > room.bottom + SMALL) told.clipped.push(name(el));
      }
    }
    for (const box of boxes(el).map((each) => inked(el, each))) {
      const height = Math.max(innerHeight, page.scrollHeight) - scrollY;
      if (box.left < -SMALL || box.right > innerWidth + SMALL
        || box.top < -scrollY - SMALL || box.bottom > height + SMALL) {
        told.outside.push(name(el));
      }
    }
  }
  const placed = leaves.flatMap((el) => boxes(el).map((box) => ({ el, box: inked(el, box) })));
  placed.forEach((one, at) => placed.slice(at + 1).forEach((other) => {
    if (one.el === other.el || one.el.contains(other.el) || other.el.contains(one.el)) return;
    const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
    const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
    if (wide > SMALL && high > SMALL) told.overlapping.push(`${name(one.el)} on ${name(other.el)}`);
  }));
  if (page.scrollWidth > innerWidth + 1) told.outside.push(`the page is ${page.scrollWidth} wide`);
  return told;
}
"""

_FONTS = """
async () => {
  const wanted = new Map();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const el = words.currentNode.parentElement;
    const hanzi = words.currentNode.data.match(/\\p{Script=Han}/gu);
    if (!hanzi || !el.getClientRects().length) continue;
    const family = getComputedStyle(el).fontFamily.split(",")[0];
    wanted.set(family, (wanted.get(family) ?? "") + hanzi.join(""));
  }
  const missing = [];
  for (const [family, text] of wanted) {
    const face = `500 20px ${family}`;
    const known = [...document.fonts].some((each) => family.includes(each.family.replaceAll('"', "")));
    await Promise.allSettled([document.fonts.load(face, text)]);
    if (!known || !document.fonts.check(face, text)) missing.push(`${family}: ${text}`);
  }
  return missing;
}
"""


# Contrast of 7:1 is a rule of the pages (AAA), whatever the level of the others.
_BARRIERS = """
async () => {
  const runOnly = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
  const rules = { "color-contrast-enhanced": { enabled: true } };
  const { violations } = await axe.run(document, { runOnly, rules, resultTypes: ["violations"] });
  return violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target.join(" ")}`));
}
"""


@cache
def _axe() -> str:
    return (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds on ``page``: the rule and the place."""
    page.evaluate(_axe())
    found: list[str] = page.evaluate(_BARRIERS)
    return found


def faults(page: Page) -> dict[str, list[str]]:
    """Return what is wrong with ``page`` as it stands now; empty where nothing is."""
    missing = page.evaluate(_FONTS)
    page.wait_for_timeout(150)
    seen: dict[str, list[str]] = page.evaluate(_LOOK)
    seen |= {"boxes": missing, "barriers": barriers(page)}
    return {kind: sorted(set(found)) for kind, found in seen.items() if found}


GUN_GAP = 0.005
GUN_REPEATS = 2100
"""Milliseconds after which the same card is a new scan, and not the gun repeating itself."""


def gun(page: Page, text: str) -> None:
    """Type as a scanner gun does: fast, and Enter at the end."""
    press_keys(page, f"{text}\r")


_NAMED = {"\r": "Enter", "\t": "Tab"}


def press_keys(page: Page, text: str, *, gap: float = GUN_GAP, **reported: object) -> None:
    """Press a key for each sign, ``gap`` seconds apart; what is ``reported`` of each in place of what is usual.

    Each key carries the moment at which a gun would have pressed it: on a busy machine the test itself types slower.
    """
    browser = page.context.new_cdp_session(page)
    began = time.time()
    for count, sign in enumerate(text):
        pressed = began + gap * count
        key = _NAMED.get(sign, sign)
        code = f"Digit{sign}" if sign.isdigit() else _NAMED.get(sign, f"Key{sign.upper()}")
        press = {"key": key, "code": code, "text": sign, "timestamp": pressed, **reported}
        browser.send("Input.dispatchKeyEvent", {"type": "keyDown", **press})
        browser.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": code, "timestamp": pressed})
    browser.detach()
