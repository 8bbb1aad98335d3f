/** Judges ends by looking at /proc; a product is never believed about its own success. */
import { isAlive, readStat, type Started } from "../support/proc.ts";
import type { End } from "./row.ts";
import type { Told } from "./told.ts";

/** Has the process come to this end, as far as /proc shows? */
export function reached(end: End, started: Started): boolean {
  const stat = readStat(started.pid);
  const same = stat !== null && stat.startTicks === started.startTicks;
  switch (end.end) {
    case "dead":
    case "ended itself":
    case "respawned":
      return !isAlive(started);
    case "zombie":
      return same && stat.state === "Z" && stat.threads <= 1;
    case "uninterruptible":
    case "alive":
      return isAlive(started);
    case "became":
      return same && stat.comm === end.comm;
  }
}

/** How a process differs from its end; null when it has come to it. */
export const notReached = (end: End, started: Started): string | null =>
  reached(end, started) ? null : `${started.pid} is ${describe(started)}, not ${end.end}`;

/** What our product says about a process that has come to its end, and should not; null when that is right too. */
export function notSaid(end: End, { pid }: Started, told: Told): string | null {
  const outcome = told.outcomeOf(pid);
  const said = outcome?.said ?? "nothing";
  switch (end.end) {
    case "dead": {
      if (said !== "gone" && said !== "zombie") return `${pid} is dead, and it said ${said}`;
      const last = outcome?.signals.findLast((signal) => signal !== "SIGSTOP" && signal !== "SIGCONT");
      return end.via === "any" || last === end.via ? null : `${pid} died after ${last}, not ${end.via}`;
    }
    case "ended itself":
      return null;
    case "respawned":
      return said === "respawned" || said === "gone" ? null : `${pid} is dead, and it said ${said}`;
    case "zombie":
      return said === "zombie" ? null : `${pid} is a zombie, and it said ${said}`;
    case "uninterruptible":
      return said === "uninterruptible" ? null : `${pid} is frozen, and it said ${said}`;
    case "became":
      return said === "identity-changed" ? null : `${pid} became ${end.comm}, and it said ${said}`;
    case "alive":
      return said === "nothing" || said === "not-permitted"
        ? null
        : `${pid} was to be left alone, and it said ${said}`;
  }
}

function describe(started: Started): string {
  const stat = readStat(started.pid);
  if (stat === null) return "dead";
  if (stat.startTicks !== started.startTicks) return "somebody else";
  return stat.state === "Z" && stat.threads <= 1 ? "a zombie" : `alive (${stat.comm}, state ${stat.state})`;
}
