/** "Did you mean": the known word nearest to one that is not known. */

const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/gu, "");

/** Edits (insert, delete, replace, swap neighbours) from `a` to `b`: optimal string alignment. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? 0;
}

/** Longer words are not typing mistakes of ours, and their distance costs time. */
const MAX_WORD = 64;

/**
 * The known word that was probably meant, or null. Case and punctuation do not count (`max_cpu_usage_percent`);
 * a third of the letters may differ; an abbreviation (`cmd`, `maxMem`) or a part (`timeoutMs`) is enough.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  const wanted = plain(word.slice(0, MAX_WORD));
  if (wanted.length < 2 || word.length > MAX_WORD || !/^[a-z]/iu.test(word)) return null;
  const ranked = known
    .map((candidate) => ({ candidate, distance: rank(wanted, plain(candidate)) }))
    .filter(({ distance }) => distance !== null)
    .toSorted((a, b) => (a.distance ?? 0) - (b.distance ?? 0));
  return ranked[0]?.candidate ?? null;
}

function rank(wanted: string, candidate: string): number | null {
  const distance = editDistance(wanted, candidate);
  // Abbreviations leave letters out and keep the order: cmd for command, maxMem for maxMemoryUsageMB.
  if (wanted.length >= 3 && wanted[0] === candidate[0] && isSubsequence(wanted, candidate))
    return distance / 1_000;
  if (distance <= Math.max(1, Math.floor(candidate.length / 3))) return distance;
  return wanted.length >= 4 && candidate.includes(wanted) ? 100 + distance : null;
}

const isSubsequence = (part: string, whole: string): boolean => {
  let at = 0;
  for (const letter of whole) if (letter === part[at]) at++;
  return at === part.length;
};
