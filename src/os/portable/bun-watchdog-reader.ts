/**
 * Looks at all processes once and prints a Reading: `bun-watchdog-reader.ts <procps|bsd> <uid|all>`. A program of its
 * own, because the port is synchronous and the libraries are not, and to keep them out of the monitor's memory.
 *
 * ps (who is there) → ps-list (their arguments) → pidusage (what they use) → ps again. A process counts when all of them
 * say the same start time for its pid: then what pidusage read in between by pid alone was of this process. Not used:
 * ps-list's cpu (an average over the lifetime) and memory (a share of the RAM), pidusage's cpu (0 in a new program).
 */
import { existsSync } from "node:fs";
import pidusage, { type Usage } from "pidusage";
import type { ProcessDescriptor } from "ps-list";
import { commandWords } from "./command-words.ts";
import { membersOf, withoutOwn } from "./members.ts";
import type { Dialect, PsRow } from "./ps-text.ts";
import { readNamespaces, readPs } from "./ps.ts";
import type { ProcessReading, SeenProcess, RootAccount } from "./reading.ts";
import { Runtimes } from "./runtime.ts";

/** Uptimes and start times of one system are whole seconds, each rounded: they may differ by this much. */
const ROUNDING_MS = 2_000;
/** Ages are differences of two numbers that were rounded down: to clock ticks on Linux, on a BSD to seconds. */
const AGE_ROUNDING_MS: Readonly<Record<Dialect, number>> = { procps: 10, bsd: 1_000 };

async function read(dialect: Dialect, whose: RootAccount): Promise<ProcessReading> {
  const all = readPs(dialect);
  const rows = withoutOwn(all, process.pid);
  // an ES module: what is built is CommonJS, which has no other way to its default export
  const { default: psList } = await import("ps-list");
  const listed = new Map((await psList()).map((process) => [process.pid, process]));
  const runtimes = new Runtimes();
  const runtimeOf = (row: PsRow) => runtimes.of(row.deleted ? null : row.exe, nameOf(row, listed));
  const isRoot = (row: PsRow): boolean =>
    (whose === "all" || row.uid === whose) && runtimeOf(row) !== "other";
  const pids = membersOf(rows, isRoot);
  // On its first call it reads the uptime, by which it counts ages, and then waits for a program of its own.
  await usageOf([process.pid]);
  const beganMs = performance.now();
  const usage = await usageOf(pids);
  const tookMs = Math.ceil(performance.now() - beganMs);
  const atMs = Date.now();
  const after = readPs(dialect, pids);
  const isNested = nesting(dialect, pids);
  const seen = pids.flatMap((pid): SeenProcess[] => {
    const [row, process, use] = [rows.get(pid), listed.get(pid), usage[pid]];
    if (row === undefined || process === undefined || use === undefined || use === null) return [];
    if (startOf(process) !== row.startS || after.get(pid)?.startS !== row.startS) return [];
    const { deleted: _, ...known } = row;
    return [
      {
        ...known,
        nested: isNested(pid),
        runtime: runtimeOf(row),
        argv: commandWords(process.cmd ?? "", row.exe, existsSync),
        name: process.name,
        cpuMs: use.ctime,
        rssBytes: use.memory,
        ...ageOf(use, row, { atMs, tookMs }, dialect),
      },
    ];
  });
  const everybody = [...rows.values()].map(
    (row) => [row.pid, row.ppid, listed.get(row.pid)?.cmd ?? row.exe ?? ""] as const,
  );
  return { atMs, seen, all: everybody };
}

function nesting(dialect: Dialect, pids: readonly number[]): (pid: number) => boolean | null {
  if (dialect === "bsd") return () => false;
  const namespaces = readNamespaces([process.pid, ...pids]);
  const own = namespaces.get(process.pid);
  return (pid) => {
    const other = namespaces.get(pid);
    return own === undefined || other === undefined ? null : other !== own;
  };
}

type Listed = ReadonlyMap<number, ProcessDescriptor>;

/** The path that runs also where its file is gone; what has ended has only the name that is left of it. */
const nameOf = ({ pid, exe }: PsRow, listed: Listed): string => exe ?? listed.get(pid)?.name ?? "";

/** Seconds since the Unix epoch; this program runs in UTC, so the date was read as such. */
const startOf = ({ startTime }: ProcessDescriptor): number | null =>
  startTime === undefined ? null : startTime.getTime() / 1000;

async function usageOf(pids: readonly number[]): Promise<Readonly<Record<string, Usage | null | undefined>>> {
  if (pids.length === 0) return {};
  try {
    // it writes into the list that it is given
    return await pidusage([...pids]);
  } catch (error) {
    // all of them ended meanwhile
    if (error instanceof Error && /No matching pid found|ESRCH/.test(error.message)) return {};
    throw error;
  }
}

/**
 * Never more than it is, and by how much it may be less: it was told by an uptime that was read somewhen within
 * `tookMs` before `atMs`. Some containers show another uptime than the start times are counted by (lxcfs): then only
 * the start time is believed.
 */
function ageOf(
  { elapsed }: Usage,
  { startS }: PsRow,
  { atMs, tookMs }: { readonly atMs: number; readonly tookMs: number },
  dialect: Dialect,
): Pick<SeenProcess, "ageMs" | "ageErrorMs"> {
  const sinceStartMs = atMs - startS * 1000;
  const [toldMs, roundingMs] =
    Math.abs(elapsed - sinceStartMs) <= ROUNDING_MS
      ? [elapsed, AGE_ROUNDING_MS[dialect]]
      : [sinceStartMs, ROUNDING_MS];
  const ageMs = Math.max(0, toldMs - roundingMs);
  return { ageMs, ageErrorMs: Math.max(0, toldMs + roundingMs + tookMs - ageMs) };
}

async function main([dialect, whose]: readonly string[]): Promise<void> {
  const reading = await read(dialect === "bsd" ? "bsd" : "procps", whose === "all" ? "all" : Number(whose));
  await Bun.write(Bun.stdout, JSON.stringify(reading));
  // pidusage keeps a timer for a minute
  process.exit(0);
}

void main(process.argv.slice(2));
