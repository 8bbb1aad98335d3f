/** `logs [--follow]`: the end of the log, then what is added, across days and a log that is removed and made again. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { printable } from "../text/mask.ts";
import { orElse } from "../text/system-error.ts";
import { logDays } from "./log-files.ts";
import { lastLinesOfDay } from "./packed-log.ts";
import { Tail } from "./tail.ts";

interface FollowOptions {
  /** How many lines of what is already there; earlier days fill up what today does not have. */
  readonly lines: number;
  /** Go on with what is added, until `signal` aborts or the iteration is left. Waits for a log that does not exist yet. */
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** Soon enough for whoever reads along; a look is one stat(2) and one read(2). */
const EVERY_MS = 100;

/** Longer lines are cut: none of ours is, but the file may have been written by others. */
const MOST_LINE_CHARACTERS = 4_000;

/** Lines of the log at `path`, without control characters. Without `follow`, a missing log has no lines. */
export async function* followLog(path: string, options: FollowOptions): AsyncGenerator<string> {
  for await (const line of rawLines(path, options)) yield printable(line, MOST_LINE_CHARACTERS);
}

async function* rawLines(path: string, { lines, follow, signal }: FollowOptions): AsyncGenerator<string> {
  let tail = openTail(path, lines);
  try {
    if (tail !== null) {
      const present = [...tail.read()];
      yield* await earlierLines(path, lines - present.length);
      yield* present;
    }
    if (!follow) return;
    const isOver = (): boolean => signal?.aborted === true;
    while (!isOver()) {
      await Bun.sleep(EVERY_MS);
      if (tail !== null) yield* tail.read();
      const now = identityOf(path);
      if (now === null || now === tail?.identity) continue;
      // the old file may have got its last lines between our reading and the swap
      if (tail !== null) yield* tail.read();
      tail?.[Symbol.dispose]();
      tail = openTail(path, Number.MAX_SAFE_INTEGER);
      if (tail !== null) yield* tail.read();
    }
  } finally {
    tail?.[Symbol.dispose]();
  }
}

/** The last `wanted` lines of the days before the one that `path` leads to. */
async function earlierLines(path: string, wanted: number): Promise<readonly string[]> {
  const directory = dirname(path);
  const current = basename(realpathSync(path));
  const earlier = logDays(readdirSync(directory)).filter(({ name }) => name < current);
  const days: (readonly string[])[] = [];
  let missing = wanted;
  for (const day of earlier.toReversed()) {
    if (missing <= 0) break;
    const lines = await lastLinesOfDay(directory, day, missing);
    days.unshift(lines);
    missing -= lines.length;
  }
  return days.flat();
}

const openTail = (path: string, lines: number): Tail | null =>
  orElse(null, () => new Tail(path, lines), "ENOENT");

function identityOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}
