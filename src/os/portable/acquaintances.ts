/** What is known of the processes in view from earlier readings: what one reading cannot show, or would cost again. */
import { ScriptPlace } from "../script-path.ts";
import type { ProcessSample } from "../../core/process/process.ts";
import type { SeenProcess } from "./reading.ts";

/**
 * A working directory is asked for again after this many readings, and at each before that while it is not known: one
 * that was in the middle of its exec had none to show, and without it nobody is known again by what he runs and where.
 */
const DIRECTORY_EVERY = 16;

interface Known {
  readonly startS: number;
  readonly firstMs: number;
  readonly firstAgeMs: number;
  readonly ageErrorMs: number;
  /** As long as it lives: one that has ended keeps them. */
  exe: string | null;
  runtime: SeenProcess["runtime"];
  argv: readonly string[];
  cwd: string | null;
  readonly script: ScriptPlace;
  readings: number;
}

type KnownFacts = Pick<ProcessSample, "runtime" | "cwd" | "scriptPath" | "isOurScript" | "ageMs"> & {
  readonly ageErrorMs: number;
  readonly exe: string | null;
  readonly argv: readonly string[];
};

export class Acquaintances {
  #known = new Map<number, Known>();

  /** Keeps those that are still there; returns whose working directories are to be asked for. */
  meet(seen: readonly SeenProcess[], nowMs: number): readonly number[] {
    const before = this.#known;
    this.#known = new Map(
      seen.map((process) => [process.pid, renewed(before.get(process.pid), process, nowMs)]),
    );
    return [...this.#known]
      .filter(([, { readings, cwd }]) => isDue(readings) || (cwd === null && readings < DIRECTORY_EVERY))
      .map(([pid]) => pid);
  }

  /** What cannot be read now stays as it was. */
  settle(directories: ReadonlyMap<number, string>): void {
    for (const [pid, cwd] of directories) {
      const known = this.#known.get(pid);
      if (known !== undefined) known.cwd = cwd;
    }
  }

  /** Its age by a clock that does not jump: ages that ps tells are whole seconds, and jitter. */
  of({ pid, exe, runtime, argv, ageMs, ageErrorMs }: SeenProcess, nowMs: number): KnownFacts {
    const known = this.#known.get(pid);
    if (known === undefined) return { exe, runtime, argv, ageMs, ageErrorMs, cwd: null };
    if (known.runtime !== "other") known.script.look(known.argv, known.cwd);
    const { path: scriptPath, isOurs: isOurScript } = known.script;
    return { ...known, scriptPath, isOurScript, ageMs: known.firstAgeMs + nowMs - known.firstMs };
  }
}

const isDue = (readings: number): boolean => readings % DIRECTORY_EVERY === 1;

const renewed = (known: Known | undefined, seen: SeenProcess, nowMs: number): Known => {
  const { startS, exe, runtime, argv, ageMs, ageErrorMs, state } = seen;
  if (known === undefined || known.startS !== startS)
    return {
      startS,
      firstMs: nowMs,
      firstAgeMs: ageMs,
      ageErrorMs,
      exe,
      runtime,
      argv,
      cwd: null,
      script: new ScriptPlace(),
      readings: 1,
    };
  const readings = known.readings + 1;
  if (state === "zombie" && exe === null) return { ...known, readings };
  // in the middle of an exec the program is there and its arguments are not
  return { ...known, exe, runtime, argv: argv.length === 0 ? known.argv : argv, readings };
};
