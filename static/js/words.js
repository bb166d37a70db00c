// The words of a page, from the JSON block that the template wrote in the page's language.

/**
 * Return the JSON of a block of the page, {} where there is none.
 * @param {string} id
 */
export function readBlock(id = "words") {
  const block = document.getElementById(id);
  return block?.textContent ? JSON.parse(block.textContent) : {};
}

/**
 * Return a function that finds a word and fills its {holes}. With n = 1 a key that ends in `_one` goes first.
 * A key that is missing is shown as itself: a test finds it sooner than an empty button.
 * @param {Record<string, string>} words
 * @returns {(key: string, values?: Record<string, string | number>) => string}
 */
export function speaker(words) {
  return (key, values = {}) => {
    const text = (values.n === 1 ? words[`${key}_one`] : undefined) ?? words[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
  };
}

/** Return the speaker of the page's own block. */
export const pageWords = () => speaker(readBlock());
