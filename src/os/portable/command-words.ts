/** The words of a command line as ps prints it: joined by blanks, so where an argument ends is a guess. Pure. */

/** In brackets: arguments that cannot be read, or that have gone with the process. */
const NO_ARGUMENTS = /^(?:\[.*\]|\(.*\))(?: <defunct>)?$/;
/** A path with more blanks than this is taken apart. */
const MOST_BLANKS = 8;

/**
 * The executable's own path, and every absolute path that `exists` on this machine, stay in one piece, blanks and all:
 * by the script's path a process is known as one of ours. Empty where there are no arguments.
 */
export const commandWords = (
  command: string,
  exe: string | null,
  exists: (path: string) => boolean,
): readonly string[] => {
  if (NO_ARGUMENTS.test(command)) return [];
  if (exe !== null && command.startsWith(`${exe} `))
    return [exe, ...joinPaths(words(command.slice(exe.length)), exists)];
  if (command === exe) return [exe];
  return joinPaths(words(command), exists);
};

const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");

const joinPaths = (all: readonly string[], exists: (path: string) => boolean): readonly string[] => {
  const joined: string[] = [];
  for (let at = 0; at < all.length;) {
    const taken = pathLength(all.slice(at, at + MOST_BLANKS + 1), exists);
    joined.push(all.slice(at, at + taken).join(" "));
    at += taken;
  }
  return joined;
};

const pathLength = (all: readonly string[], exists: (path: string) => boolean): number => {
  const first = all[0] ?? "";
  if (!first.startsWith("/") || exists(first)) return 1;
  for (let count = 2; count <= all.length; count++) if (exists(all.slice(0, count).join(" "))) return count;
  return 1;
};
