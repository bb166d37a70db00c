// What is too long for one screen comes a screenful at a time, with one tile to the next.

/**
 * Return what of a row stands on the screen, and from where the next begins.
 * @template T
 * @param {T[]} all
 * @param {number} from
 * @param {number} most tiles on a screen, the one that leads on among them
 * @returns {{shown: T[], next: number | null}} `next`: 0 after the last; null where all stand on one screen
 */
export function screenful(all, from, most) {
  if (all.length <= most) return { shown: all, next: null };
  const until = from + most - 1;
  return { shown: all.slice(from, until), next: until < all.length ? until : 0 };
}
