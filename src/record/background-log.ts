/**
 * The activity log for a process that runs for months. winston takes 7 MB for as long as its process lives, and a
 * watchdog has something to say a few times a day: so the log is written by a process that ends when nothing has been
 * said for a while. A slow disk then stalls that one, never a tick.
 *
 * A process and not a Worker: where the account has no process left (a fork bomb at pids.max) a Worker takes this
 * process down with it, while a process that cannot be started is an error. Then lines wait, and the journal has them.
 */
import { messageOf } from "../text/system-error.ts";
import { pauseAfter } from "../text/back-off.ts";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { LogOptions, LogAnswer, LogRequest } from "./bun-watchdog-log-writer.ts";
import { complain } from "./outlet.ts";
import { fileURLToPath } from "node:url";
import { ownCommand } from "../trust/own-bun.ts";
import { linesOf } from "./lines.ts";

/** Not while somebody is being stopped, if that can be: what is said within this time is written together. */
const START_MS = 500;
/** Starting it costs 70 ms of CPU: it stays for the rest of a burst. */
const LINGER_MS = 5_000;
/** Where it could not write everything: between one and the next, doubled each time. */
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 10 * 60_000;
/** A disk that hangs is not waited for at the end. */
const CLOSING_MS = 6_000;
/** Lines kept in memory while nobody writes them. */
const MOST_WAITING = 1_000;

interface Line {
  readonly number: number;
  readonly event: WatchdogEvent;
}

export class BackgroundLog {
  readonly #options: LogOptions;
  /** Not known to be in the file. */
  #waiting: Line[] = [];
  #number = 0;
  #dropped = 0;
  #writer: LogWriter | null = null;
  #timer: Timer | null = null;
  #failures = 0;
  #hasComplained = false;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Returns at once and never throws; lines are written in order. */
  write(event: WatchdogEvent): void {
    const line = { number: ++this.#number, event };
    this.#waiting.push(line);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
    }
    if (this.#writer === null) this.#timer ??= this.#startIn(START_MS);
    else if (this.#writer.send(line)) this.#linger();
  }

  /** Resolves when everything that can be written is. */
  async close(): Promise<void> {
    if (this.#writer === null && this.#waiting.length > 0) this.#start();
    await this.#writer?.end(CLOSING_MS);
    this.#cancel();
  }

  #start(): void {
    try {
      this.#writer = this.#begin();
      for (const line of this.#waiting) this.#writer.send(line);
      this.#linger();
    } catch (error) {
      // no process or no descriptor left for it
      this.#complain(messageOf(error));
      this.#tryLater();
    }
  }

  #begin(): LogWriter {
    if (this.#dropped > 0) {
      const what = `${this.#dropped} lines are missing here; the journal has them`;
      this.#waiting.unshift({ number: 0, event: { type: "trouble", atMs: Date.now(), what } });
      this.#dropped = 0;
    }
    let hasWritten = false;
    const writer: LogWriter = new LogWriter(this.#options, {
      onWritten: (number) => {
        hasWritten = true;
        this.#waiting = this.#waiting.filter((line) => line.number > number);
        this.#failures = 0;
        this.#hasComplained = false;
      },
      onTrouble: (what) => this.#complain(what),
      onEnd: () => {
        if (this.#writer !== writer) return;
        this.#writer = null;
        this.#cancel();
        if (this.#waiting.length === 0) return;
        // said while it was ending
        if (hasWritten && !this.#hasComplained) this.#start();
        else this.#tryLater();
      },
    });
    return writer;
  }

  #linger(): void {
    this.#cancel();
    this.#timer = setTimeout(() => void this.#writer?.end(CLOSING_MS), LINGER_MS).unref();
  }

  #tryLater(): void {
    this.#cancel();
    this.#timer = this.#startIn(pauseAfter(this.#failures++, FIRST_RETRY_MS, LONGEST_RETRY_MS));
  }

  #startIn(ms: number): Timer {
    return setTimeout(() => {
      this.#timer = null;
      if (this.#writer === null && this.#waiting.length > 0) this.#start();
    }, ms).unref();
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Once for as long as it is so. */
  #complain(what: string): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    complain(`bun-watchdog: the log in ${this.#options.directory} has to wait: ${what}`);
  }
}

const PROGRAM = fileURLToPath(new URL("bun-watchdog-log-writer.ts", import.meta.url));

interface LogWriterEvents {
  /** Everything up to this number is in the file. */
  readonly onWritten: (number: number) => void;
  readonly onTrouble: (what: string) => void;
  readonly onEnd: () => void;
}

/** The process that writes the log, as its owner sees it. */
class LogWriter {
  readonly #child: Bun.Subprocess<"pipe", "pipe", "ignore">;
  readonly #ended: Promise<void>;
  #isEnding = false;

  /** Throws what Bun.spawn throws where no process can be started (EAGAIN, EMFILE, ENOMEM). */
  constructor(options: LogOptions, events: LogWriterEvents) {
    this.#child = Bun.spawn(ownCommand(PROGRAM), {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      // a Ctrl-C that is meant for us does not take the last lines with it
      detached: true,
      // nothing of the current folder or of the user's settings for Bun (bunfig, .env, BUN_OPTIONS) is in force there
      cwd: "/",
      env: {},
    });
    this.#child.unref();
    this.#request(options);
    this.#ended = this.#listen(events);
  }

  /** false: it is ending, and takes no more. */
  send(line: { readonly number: number; readonly event: WatchdogEvent }): boolean {
    if (!this.#isEnding) this.#request(line);
    return !this.#isEnding;
  }

  /** Resolves when it has written what it could and has ended, or is killed after `withinMs`. */
  async end(withinMs: number): Promise<void> {
    this.#isEnding = true;
    void this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), withinMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #request(request: LogRequest): void {
    void this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    void this.#child.stdin.flush();
  }

  async #listen({ onWritten, onTrouble, onEnd }: LogWriterEvents): Promise<void> {
    for await (const line of linesOf(this.#child.stdout)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the same program
      const answer = JSON.parse(line) as LogAnswer;
      if ("written" in answer) onWritten(answer.written);
      else onTrouble(answer.trouble);
    }
    await this.#child.exited;
    onEnd();
  }
}
