/** One look at all processes, taken by a small program of its own (bun-watchdog-reader.ts). */
import type { Runtime } from "../../core/process/process.ts";
import type { Dialect, PsRow } from "./ps-text.ts";
import { PLAIN_ENV, processListError } from "./ps.ts";
import { ownCommand } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";

/** A Bun process in view, or a descendant of one. All of it was read between two looks that agree on who it is. */
export interface SeenProcess extends Omit<PsRow, "deleted"> {
  readonly nested: boolean | null;
  readonly runtime: Runtime;
  /** A guess where an argument holds a blank. */
  readonly argv: readonly string[];
  readonly name: string;
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Since its start. Never more than it is. */
  readonly ageMs: number;
  /** How much more it may be. */
  readonly ageErrorMs: number;
}

export interface ProcessReading {
  /** When CPU times were read, Unix epoch ms. */
  readonly atMs: number;
  readonly seen: readonly SeenProcess[];
  /** Everybody: pid, parent's pid, command line as ps prints it. */
  readonly all: readonly (readonly [number, number, string])[];
}

/** The account whose Bun processes are the roots of what is seen; "all" for every account's. */
export type RootAccount = number | "all";

const READER = "src/os/portable/bun-watchdog-reader.ts";
const LIMIT_MS = 30_000;

/** Throws an Error with code "PROCESS_LIST". */
export const readProcesses = (dialect: Dialect, whose: RootAccount): ProcessReading => {
  const reader = Bun.spawnSync(ownCommand(programFile(READER), dialect, String(whose)), {
    // a bunfig.toml or .env of the project is none of the reader's
    cwd: "/",
    env: { ...PLAIN_ENV, PIDUSAGE_SILENT: "1" },
    stdin: "ignore",
    stderr: "pipe",
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  if (reader.exitCode === 0) return parseReading(reader.stdout.toString());
  const said = reader.stderr.toString().trim().split("\n").at(-1);
  throw processListError(`the reader ended with ${reader.exitCode ?? reader.signalCode}: ${said}`);
};

/** Written by the reader beside this file: its shape is not in doubt. */
const parseReading = (text: string): ProcessReading => JSON.parse(text);
