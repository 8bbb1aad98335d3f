/** The journal: one event per line of JSON. It explains every death, so it never gives up, and it outlives this process. */
import { lstatSync, rmSync } from "node:fs";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { Journal } from "../ports/journal.ts";
import { AppendLog, rotatedPaths, type RotationOptions } from "./append-log.ts";

export interface EventJournal extends Journal {
  /** Why events are not reaching the disk right now; null = they are. */
  trouble(): string | null;
  close(): void;
}

export function openJournal(path: string, options: RotationOptions = {}): EventJournal {
  let atMs = 0;
  const lost = (events: number): string => {
    const what = `${events} events could not be recorded and are lost`;
    return JSON.stringify({ type: "trouble", atMs, what } satisfies WatchdogEvent);
  };
  const log = new AppendLog(path, { ...options, what: "the journal", lost });
  return {
    write: (event) => {
      ({ atMs } = event);
      log.write(JSON.stringify(event));
    },
    trouble: () => log.trouble,
    close: () => log.close(),
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes what was put aside and got its last line more than `maxDays` ago; returns how many. A journal keeps its time when it is renamed. */
export function removeOldJournals(path: string, nowMs: number, maxDays: number): number {
  const old = rotatedPaths(path).filter((aside) => {
    const stat = lstatSync(aside, { throwIfNoEntry: false });
    return stat !== undefined && stat.isFile() && stat.mtimeMs < nowMs - maxDays * DAY_MS;
  });
  for (const aside of old) rmSync(aside, { force: true });
  return old.length;
}
