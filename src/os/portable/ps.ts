/** Runs ps(1): some 10 ms a call. */
import { COLUMNS, type Dialect, parseNamespaces, parsePs, type PsRow } from "./ps-text.ts";
import { messageOf } from "../../text/system-error.ts";

/**
 * English month names and one time zone, whatever the account's: a start time must read the same each time. The
 * system's own programs come first: what a project calls "ps" is not asked.
 */
export const PLAIN_ENV = {
  LC_ALL: "C",
  LANG: "C",
  TZ: "UTC0",
  PATH: `/usr/bin:/bin:/usr/sbin:/sbin:${process.env["PATH"] ?? ""}`,
} as const;

/** A ps that hangs (a process whose memory map is locked) must not hang the monitor. */
const LIMIT_MS = 20_000;

/** By pid: every process, or those of `pids` that exist. Throws an Error with code "PROCESS_LIST". */
export const readPs = (dialect: Dialect, pids?: readonly number[]): ReadonlyMap<number, PsRow> =>
  parsePs(run(COLUMNS[dialect], pids), dialect);

/**
 * Inodes of PID namespaces by pid; who may not be looked at is missing. procps only: a BSD has none. Asked for apart,
 * since it doubles what a ps costs.
 */
export const readNamespaces = (pids: readonly number[]): ReadonlyMap<number, string> =>
  parseNamespaces(run(["pid", "pidns"], pids));

/** Control groups by pid, in the lines of /proc/PID/cgroup. procps only. */
export const readProcessGroups = (pids: readonly number[]): ReadonlyMap<number, string> =>
  byPid(run(["pid", "cgroup"], pids), (groups) => groups.replaceAll(/,(?=\d+:)/g, "\n"));

/** Environments by pid, behind the command line as ps prints it; those of other accounts are missing. */
export const readEnvironments = (dialect: Dialect, pids: readonly number[]): ReadonlyMap<number, string> =>
  byPid(run(["pid", "args"], pids, dialect === "procps" ? "e" : "-E"));

const byPid = (text: string, shaped = (value: string): string => value): ReadonlyMap<number, string> =>
  new Map(
    text.split("\n").flatMap((line) => {
      const [, pid, value] = /^\s*(\d+) +(.*)$/.exec(line) ?? [];
      return pid === undefined || value === undefined ? [] : [[Number(pid), shaped(value)] as const];
    }),
  );

const run = (columns: readonly string[], pids: readonly number[] | undefined, more?: string): string => {
  if (pids?.length === 0) return "";
  const which = pids === undefined ? ["-ax"] : ["-p", pids.join(",")];
  // One -o each: after a "=" the rest of the argument is the header, by POSIX
  const ps = spawn([
    "ps",
    ...(more === undefined ? [] : [more]),
    ...which,
    "-ww",
    ...columns.flatMap((name) => ["-o", `${name}=`]),
  ]);
  // Exit 1 and no word: none of the pids exists.
  const said = ps.stderr.toString().trim();
  if (ps.exitCode === 0 || (ps.exitCode === 1 && said === "")) return ps.stdout.toString();
  throw processListError(`ps ended with ${ps.exitCode ?? ps.signalCode}: ${said || "no message"}`);
};

/** Throws as readPs does: ps is missing, or there is no process left for it (EAGAIN, ENOMEM). */
const spawn = (argv: readonly string[]) => {
  try {
    return Bun.spawnSync([...argv], {
      env: PLAIN_ENV,
      stdin: "ignore",
      stderr: "pipe",
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    });
  } catch (error) {
    throw processListError(messageOf(error), error);
  }
};

export const processListError = (what: string, cause?: unknown): Error =>
  Object.assign(
    new Error(
      `The processes cannot be listed: ${what}. The portable backend needs ps(1) of procps or of a BSD.`,
      { cause },
    ),
    { code: PROCESS_LIST },
  );

export const PROCESS_LIST = "PROCESS_LIST";
