/** The process that writes the log, as its owner sees it. */
import { fileURLToPath } from "node:url";
import { ownCommand } from "../trust/own-bun.ts";
import type { WatchdogEvent } from "../core/event.ts";
import type { LogAnswer, LogOptions, LogRequest } from "./bun-watchdog-log-writer.ts";
import { linesOf } from "./lines.ts";

const PROGRAM = fileURLToPath(new URL("bun-watchdog-log-writer.ts", import.meta.url));

interface LogWriterEvents {
  /** Everything up to this number is in the file. */
  readonly onWritten: (number: number) => void;
  readonly onTrouble: (what: string) => void;
  readonly onEnd: () => void;
}

export class LogWriter {
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
