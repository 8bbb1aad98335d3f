/** When the monitor looks after its own records. It only compares clocks; the work is another process's. */
import { messageOf } from "../text/system-error.ts";
import { pauseAfter } from "../text/back-off.ts";
import type { Loaded } from "../config/load.ts";
import { MAINTENANCE_TASKS } from "../core/plan/event.ts";
import type { RoundJson } from "./run.ts";
import { isRecord, parsedJson } from "../text/json.ts";
import type { Companion, CompanionOptions, OpenCompanion } from "../host/companion.ts";
import { fileURLToPath } from "node:url";
import { printable } from "../text/mask.ts";
import { ownCommand, ownEnvironment } from "../trust/own-bun.ts";

/** A start is busy enough; and a monitor that runs for one command need not do this at all. */
const AFTER_START_MS = 5_000;
/** Between two rounds, whatever the schedule says: each costs a tenth of a second of CPU. */
const SHORTEST_PAUSE_MS = 1_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 60 * 60_000;
/** The wall clock gains or loses that much against the monotonic one when it is set, or while the machine sleeps. */
const JUMP_MS = 2_000;

export const openMaintenance: OpenCompanion = (options) => new Maintenance(options);

export class Maintenance implements Companion {
  readonly #options: CompanionOptions;
  readonly #ask: Ask;
  readonly #stop = new AbortController();
  #loaded: Loaded;
  #underWay: Promise<void> | null = null;
  /** By the monotonic clock: not before. */
  #earliestMs: number;
  /** By the wall clock: the first slot that is not dealt with. */
  #nextMs = -Infinity;
  /** Wall minus monotonic when the clocks were last compared. */
  #offsetMs: number;
  #failures = 0;
  /** Said already, and still so. */
  #said: ReadonlySet<string> = new Set();

  constructor(options: CompanionOptions, ask: Ask = askMaintenance) {
    this.#options = options;
    this.#ask = ask;
    this.#loaded = options.loaded;
    const { clock } = options;
    this.#earliestMs = clock.monotonicMs() + AFTER_START_MS;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  onLook(): void {
    const wallMs = this.#options.clock.wallMs();
    const monotonicMs = this.#options.clock.monotonicMs();
    if (Math.abs(wallMs - monotonicMs - this.#offsetMs) > JUMP_MS) {
      this.#offsetMs = wallMs - monotonicMs;
      this.#nextMs = -Infinity;
    }
    if (this.#underWay !== null || monotonicMs < this.#earliestMs || wallMs < this.#nextMs) return;
    if (MAINTENANCE_TASKS.every((task) => this.#loaded.settings.maintenance[task] === null)) return;
    this.#underWay = this.#round();
  }

  onConfig(loaded: Loaded): void {
    this.#loaded = loaded;
    this.#nextMs = -Infinity;
    this.#earliestMs = Math.min(this.#earliestMs, this.#options.clock.monotonicMs() + SHORTEST_PAUSE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#underWay;
  }

  async #round(): Promise<void> {
    // what happens while it runs, a set clock or another schedule, asks again
    this.#nextMs = Infinity;
    const answer = await this.#ask(this.#loaded, this.#stop.signal);
    this.#underWay = null;
    const isKnown = typeof answer !== "string";
    // its end had begun before ours: what it did is on record, and belongs in the log
    if (this.#stop.signal.aborted && !isKnown) return;
    const { ran, failed, problems, busy, nextMs } = isKnown ? answer : { ...NOTHING, problems: [answer] };
    const isDone = isKnown && failed.length === 0 && !busy;
    const pauseMs = isDone ? SHORTEST_PAUSE_MS : pauseAfter(this.#failures, FIRST_RETRY_MS, LONGEST_RETRY_MS);
    this.#failures = isDone ? 0 : this.#failures + 1;
    this.#earliestMs = this.#options.clock.monotonicMs() + pauseMs;
    this.#nextMs = Math.min(this.#nextMs, isDone ? (nextMs ?? Infinity) : -Infinity);
    if (busy) return;
    const { tell } = this.#options;
    for (const { task, text } of ran) tell({ type: "maintenance", task, text });
    const troubles = new Set([
      ...problems.map((problem) => `maintenance: ${problem}`),
      ...failed.map(({ task, why }) => `${task} maintenance: ${why}; it is tried again`),
    ]);
    for (const what of troubles) if (!this.#said.has(what)) tell({ type: "trouble", what });
    this.#said = troubles;
  }
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

const SCRIPT = fileURLToPath(new URL("../../scripts/fix-runaway-bun.ts", import.meta.url));

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
    const child = Bun.spawn(ownCommand(SCRIPT, "maintenance", "due", "--json", "--no-log", ...config), {
      cwd: options.cwd,
      env: ownEnvironment(process.env),
      stdio: ["ignore", "pipe", "pipe"],
      signal: stop,
      timeout: LONGEST_MS,
      maxBuffer: MOST_BYTES,
      killSignal: "SIGKILL",
    });
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
