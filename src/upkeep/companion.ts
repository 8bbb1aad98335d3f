/** When the monitor looks after its own records. It only compares clocks; the work is another process's. */
import { messageOf } from "../text/system-error.ts";
import { pauseAfter } from "../text/back-off.ts";
import type { Loaded } from "../config/load.ts";
import { MAINTENANCE_TASKS } from "../core/plan/event.ts";
import type { RoundJson } from "./run.ts";
import { isRecord, parsedJson } from "../text/json.ts";
import type { CompanionOptions } from "../host/companion.ts";
import { printable } from "../text/mask.ts";
import { ownCommand, ownEnvironment } from "../trust/own-bun.ts";
import { programFile } from "../trust/package-file.ts";

/** A start is busy enough; and a monitor that runs for one command need not do this at all. */
const AFTER_START_MS = 5_000;
/** Between two rounds, whatever the schedule says: each costs a tenth of a second of CPU. */
const SHORTEST_PAUSE_MS = 1_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 60 * 60_000;
/** The wall clock gains or loses that much against the monotonic one when it is set, or while the machine sleeps. */
const JUMP_MS = 2_000;

export function openMaintenance({ loaded: first, clock, tell }: CompanionOptions, ask: Ask = askMaintenance) {
  const stop = new AbortController();
  let loaded = first;
  let underWay: Promise<void> | null = null;
  /** By the monotonic clock: not before. */
  let earliestMs = clock.monotonicMs() + AFTER_START_MS;
  /** By the wall clock: the first slot that is not dealt with. */
  let nextMs = -Infinity;
  /** Wall minus monotonic when the clocks were last compared. */
  let offsetMs = clock.wallMs() - clock.monotonicMs();
  let failures = 0;
  /** Said already, and still so. */
  let said: ReadonlySet<string> = new Set();

  const round = async (): Promise<void> => {
    // what happens while it runs, a set clock or another schedule, asks again
    nextMs = Infinity;
    const answer = await ask(loaded, stop.signal);
    underWay = null;
    const isKnown = typeof answer !== "string";
    // its end had begun before ours: what it did is on record, and belongs in the log
    if (stop.signal.aborted && !isKnown) return;
    const made = isKnown ? answer : { ...NOTHING, problems: [answer] };
    const isDone = isKnown && made.failed.length === 0 && !made.busy;
    const pauseMs = isDone ? SHORTEST_PAUSE_MS : pauseAfter(failures, FIRST_RETRY_MS, LONGEST_RETRY_MS);
    failures = isDone ? 0 : failures + 1;
    earliestMs = clock.monotonicMs() + pauseMs;
    nextMs = Math.min(nextMs, isDone ? (made.nextMs ?? Infinity) : -Infinity);
    if (made.busy) return;
    for (const { task, text } of made.ran) tell({ type: "maintenance", task, text });
    const troubles = new Set([
      ...made.problems.map((problem) => `maintenance: ${problem}`),
      ...made.failed.map(({ task, why }) => `${task} maintenance: ${why}; it is tried again`),
    ]);
    for (const what of troubles) if (!said.has(what)) tell({ type: "trouble", what });
    said = troubles;
  };
  return {
    onLook: (): void => {
      const [wallMs, monotonicMs] = [clock.wallMs(), clock.monotonicMs()];
      if (Math.abs(wallMs - monotonicMs - offsetMs) > JUMP_MS) {
        offsetMs = wallMs - monotonicMs;
        nextMs = -Infinity;
      }
      if (underWay !== null || monotonicMs < earliestMs || wallMs < nextMs) return;
      if (MAINTENANCE_TASKS.some((task) => loaded.settings.maintenance[task] !== null)) underWay = round();
    },
    onConfig: (changed: Loaded): void => {
      loaded = changed;
      nextMs = -Infinity;
      earliestMs = Math.min(earliestMs, clock.monotonicMs() + SHORTEST_PAUSE_MS);
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      stop.abort();
      await underWay;
    },
  };
}

const NOTHING: Omit<RoundJson, "schemaVersion"> = {
  ran: [],
  failed: [],
  problems: [],
  busy: false,
  nextMs: null,
};

/** A history of years is read in seconds; what takes longer than this hangs, on a dead network disk for instance. */
const LONGEST_MS = 10 * 60_000;
const MOST_BYTES = 256 * 1024;

const SCRIPT = "scripts/fix-runaway-bun.ts";

/** What was done, or in words why that is not known. Never rejects. */
type Ask = (loaded: Loaded, stop: AbortSignal) => Promise<RoundJson | string>;

/** null for anything else. Our own program wrote it, perhaps another version. */
export function parseRound(text: string): RoundJson | null {
  const value = parsedJson(text);
  // a failure has the same version, and tells of no tasks
  const isRound = isRecord(value) && value["schemaVersion"] === 1 && Array.isArray(value["failed"]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the version says what it is
  return isRound ? (value as unknown as RoundJson) : null;
}

const askMaintenance: Ask = async ({ options }, stop) => {
  const config = options.file === undefined ? [] : ["--config", options.file];
  try {
    const child = Bun.spawn(
      ownCommand(programFile(SCRIPT), "maintenance", "due", "--json", "--no-log", ...config),
      {
        cwd: options.cwd,
        env: ownEnvironment(process.env),
        stdio: ["ignore", "pipe", "pipe"],
        signal: stop,
        timeout: LONGEST_MS,
        maxBuffer: MOST_BYTES,
        killSignal: "SIGKILL",
      },
    );
    const [out, problem] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    const ending = child.signalCode ?? `exit code ${child.exitCode}`;
    return (
      parseRound(out) ??
      `the process for it ended with ${ending}: ${printable(problem.trim()) || "it said nothing"}`
    );
  } catch (error) {
    // no memory or no descriptor for a process, or its working directory is gone
    return `the process for it cannot be started: ${messageOf(error)}`;
  }
};
