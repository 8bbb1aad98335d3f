/** Any POSIX system behind the ProcessControl port: ps(1) to ask, kill(2) to act. */
import { fstatSync } from "node:fs";
import type { ProcessControl } from "../../ports/control.ts";
import { GuardKeeper, type GuardScript, guardScript } from "../guard.ts";
import { EndWatch } from "./ends.ts";
import { compare, idOf } from "./identity.ts";
import { pipeReaders } from "./lsof-text.ts";
import { readOpenFiles } from "./lsof.ts";
import { below } from "./members.ts";
import { PortablePin, type PinPorts } from "./pin.ts";
import { type Dialect, type PsRow, formatStart } from "./ps-text.ts";
import { readPs, PLAIN_ENV } from "./ps.ts";

/**
 * Start times are told in seconds, and ages are never told to be more than they are: what is older than a second was
 * sampled in a later one than it started in, and whoever gets its pid after that starts later still.
 */
const AMBIGUOUS_AGE_MS = 1_000;
/** A pin takes no descriptor here, and one line of ps each time that it is looked at. */
const MOST_KEPT = 256;

export const openPortableControl = (dialect: Dialect): ProcessControl => {
  const pins = new Set<PortablePin>();
  const keeper = new GuardKeeper(PORTABLE_GUARD);
  const rowOf = (pid: number): PsRow | null => readPs(dialect, [pid]).get(pid) ?? null;
  const ports: PinPorts = {
    ends: new EndWatch((pids) => readPs(dialect, pids)),
    rowOf,
    standsStill: (pin) => standsStill(pin, pins, readPs(dialect)),
    forget: (pin) => pins.delete(pin),
  };
  return {
    // start times are dates
    bootId: "",
    ambiguousAgeMs: AMBIGUOUS_AGE_MS,
    mostKept: MOST_KEPT,
    pin: (id) => {
      requireTarget(id.pid);
      const found = compare(id, rowOf(id.pid));
      if (found !== "same") return found;
      const pin = new PortablePin(id, ports);
      pins.add(pin);
      return pin;
    },
    identify: (pid) => {
      const row = rowOf(pid);
      return row === null ? null : idOf(row);
    },
    // no reading of ps tells whom a process descends from once its parents are gone
    marks: () => null,
    guard: () => keeper.lease(),
    readersOfOurOutput,
  };
};

/** Throws for a pid that must never be signalled (I1: a bug in the caller). */
const requireTarget = (pid: number): void => {
  if (Number.isSafeInteger(pid) && pid > 1 && pid !== process.pid) return;
  throw new Error(`Refused to pin pid ${pid}: 0, 1 and this process are never targets. This is a bug.`);
};

/** Whether it has descendants, and each of them stands still by our doing. */
const standsStill = (
  { id }: PortablePin,
  pins: ReadonlySet<PortablePin>,
  rows: ReadonlyMap<number, PsRow>,
): boolean => {
  const descendants = below(rows, [id.pid]).filter((pid) => pid !== id.pid);
  const isHeld = (pid: number): boolean =>
    [...pins].some(
      (pin) => pin.isStopped && pin.id.pid === pid && pin.id.startTicks === rows.get(pid)?.startS,
    );
  return (
    compare(id, rows.get(id.pid) ?? null) === "same" && descendants.length > 0 && descendants.every(isHeld)
  );
};

/**
 * The process that started us holds the other end of a socket; a pipe is looked for among their open files. Without lsof it
 * cannot be told who reads a pipe: then it may be any of them.
 */
const readersOfOurOutput = (pids: readonly number[]): ReadonlySet<number> => {
  const outputs = [1, 2].map((descriptor) => fstatSync(descriptor));
  const makers = outputs.some((output) => output.isSocket())
    ? pids.filter((pid) => pid === process.ppid)
    : [];
  if (pids.length === 0 || !outputs.some((output) => output.isFIFO())) return new Set(makers);
  const files = readOpenFiles([process.pid, ...pids], "everything");
  return files === null ? new Set(pids) : new Set([...makers, ...pipeReaders(files, process.pid, pids)]);
};

/** Six words a process: its pid, and the five of its start time. The unquoted echo leaves one blank between words. */
const THAW = `
started() { echo $(ps -o lstart= -p "$1"); }
thaw() { if [ "$(started "$1")" = "$2 $3 $4 $5 $6" ]; then kill -CONT "$1"; fi; }`;

/**
 * The thawing process (I4) where there is no /proc: sh asks ps for the start time, in the words and the time zone in
 * which we tell it. Where no process can be started any more (a fork bomb) ps cannot be asked: then the next start of
 * the watchdog thaws, from the record.
 */
const PORTABLE_GUARD: GuardScript = {
  source: guardScript(THAW),
  nameOf: ({ pid, startTicks }) => `${pid} ${formatStart(startTicks)}`,
  env: PLAIN_ENV,
};
