/**
 * The activity log for a process that runs for months. winston takes 7 MB for as long as its process lives, and a
 * watchdog has something to say a few times a day: so what is said within a while is written by a process that ends with
 * it. A slow disk then stalls that one, never a tick.
 *
 * A process and not a Worker: where the account has no process left (a fork bomb at pids.max) a Worker takes this
 * process down with it, while a process that cannot be started is an error. Then lines wait, and the journal has them.
 */
import { messageOf } from "../text/system-error.ts";
import { pauseAfter } from "../text/back-off.ts";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { LogBatch, LogOptions } from "./bun-watchdog-log-writer.ts";
import { complain } from "./outlet.ts";
import { ownCommand } from "../trust/own-bun.ts";
import { programFile } from "../trust/package-file.ts";

/** Not while somebody is being stopped, if that can be: what is said within this time is written together. */
const START_MS = 500;
/** Starting a writer costs 70 ms of CPU: so long after one the next is started. */
const AGAIN_MS = 2_000;
/** Where one could not write everything: between one and the next, doubled each time. */
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 10 * 60_000;
/** A disk that hangs is not waited for. */
const WRITING_MS = 6_000;
/** Lines kept in memory while nobody writes them. */
const MOST_WAITING = 1_000;

const PROGRAM = "src/record/bun-watchdog-log-writer.ts";

export class BackgroundLog {
  /** Not known to be in the file. */
  #waiting: WatchdogEvent[] = [];
  #dropped = 0;
  #writing: Promise<void> | null = null;
  #timer: Timer | null = null;
  #failures = 0;

  constructor(private readonly options: LogOptions) {}

  /** Returns at once and never throws; lines are written in order. */
  write(event: WatchdogEvent): void {
    this.#waiting.push(event);
    this.#dropOldest();
    if (this.#writing === null) this.#timer ??= this.#startIn(START_MS);
  }

  /** Resolves when everything that can be written is. */
  async close(): Promise<void> {
    const before = this.#failures;
    await this.#writing;
    if (this.#waiting.length > 0 && this.#failures <= before) await this.#start();
    this.#cancel();
  }

  #dropOldest(): void {
    this.#dropped += this.#waiting.splice(0, this.#waiting.length - MOST_WAITING).length;
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #startIn(ms: number): Timer {
    return setTimeout(() => void this.#start(), ms).unref();
  }

  #start(): Promise<void> {
    this.#cancel();
    return (this.#writing ??= this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    const lines = this.#takeAll();
    try {
      await writeOut(this.options, lines);
      this.#failures = 0;
    } catch (error) {
      this.#waiting.unshift(...lines);
      this.#dropOldest();
      // once for as long as it is so
      const what = `bun-watchdog: the log in ${this.options.directory} cannot be written: ${messageOf(error)}`;
      if (this.#failures === 0) complain(`${what}. Its lines wait.`);
      this.#failures++;
    }
    this.#writing = null;
    if (this.#waiting.length === 0) return;
    const pauseMs =
      this.#failures === 0 ? AGAIN_MS : pauseAfter(this.#failures - 1, FIRST_RETRY_MS, LONGEST_RETRY_MS);
    this.#timer = this.#startIn(pauseMs);
  }

  #takeAll(): readonly WatchdogEvent[] {
    const lines = this.#waiting;
    this.#waiting = [];
    if (this.#dropped === 0) return lines;
    const what = `${this.#dropped} lines are missing here; the journal has them`;
    this.#dropped = 0;
    return [{ type: "trouble", atMs: Date.now(), what }, ...lines];
  }
}

/** Throws what Bun.spawn throws where no process can be started (EAGAIN, EMFILE, ENOMEM), and what the writer says. */
async function writeOut(options: LogOptions, lines: readonly WatchdogEvent[]): Promise<void> {
  const writer = Bun.spawn(ownCommand(programFile(PROGRAM)), {
    stdin: new Blob([JSON.stringify({ options, lines } satisfies LogBatch)]),
    stdout: "ignore",
    stderr: "pipe",
    // a Ctrl-C that is meant for us does not take the last lines with it
    detached: true,
    // nothing of the current folder or of the user's settings for Bun (bunfig, .env, BUN_OPTIONS) is in force there
    cwd: "/",
    env: {},
    timeout: WRITING_MS,
    killSignal: "SIGKILL",
  });
  const said = await writer.stderr.text();
  if ((await writer.exited) !== 0) throw new Error(said.trim() || "its writer did not come to an end");
}
