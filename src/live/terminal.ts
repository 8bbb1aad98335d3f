/**
 * The terminal for as long as the live table has it: the other screen, no cursor, keys one by one. It is given back
 * on every way out, a crash included.
 */
import { writeSync } from "node:fs";
import { decodeKeys, giveUp, type Key } from "./keys.ts";
import type { Size } from "./layout.ts";

const ESCAPE = "\u001B[";
/** Alternate screen, cursor, line wrap (a line that is too wide is cut, not broken), pastes in brackets. */
const ENTER = `${ESCAPE}?1049h${ESCAPE}?25l${ESCAPE}?7l${ESCAPE}?2004h`;
const LEAVE = `${ESCAPE}0m${ESCAPE}?2004l${ESCAPE}?7h${ESCAPE}?25h${ESCAPE}?1049l`;

/** After this an escape is the key of that name; sequences come in one piece, or a packet later. */
const ESCAPE_WAIT_MS = 50;
/** A stop takes effect before this. */
const RESUME_WAIT_MS = 50;

interface Listener {
  onKey(key: Key): void;
  onResize(): void;
  onGone(): void;
  /** Something else is wrong with it; thrown here it would end the process in the middle of what it does. */
  onFailure(error: unknown): void;
}

/** Its reader has closed it: nobody is left to show anything to. */
const GONE: ReadonlySet<unknown> = new Set(["EPIPE", "EIO", "EBADF", "ENXIO"]);
/** The same from Bun's setRawMode, which gives no code: EIO, ENXIO, EBADF. */
const GONE_RAW = /^setRawMode failed with errno: (?:5|6|9)$/;
const isGone = (error: unknown): boolean =>
  error instanceof Error && (("code" in error && GONE.has(error.code)) || GONE_RAW.test(error.message));

export class Terminal implements Disposable {
  readonly #listener: Listener;
  #entered = false;
  /** What it shows; null = something else. */
  #shown: readonly string[] | null = null;
  #writing = false;
  /** The newest frame that came while another was on its way. A slow line gets fewer frames, not late ones. */
  #waiting: readonly string[] | null = null;
  #decoder = new TextDecoder();
  #rest = "";
  #escapeTimer: Timer | null = null;
  #resumeTimer: Timer | null = null;

  constructor(listener: Listener) {
    this.#listener = listener;
    process.stdin.on("data", this.#onData);
    process.stdin.on("end", this.#onGone);
    process.stdin.on("error", this.#onError);
    process.stdout.on("error", this.#onError);
    process.stdout.on("resize", this.#onResize);
    process.on("SIGCONT", this.#onContinued);
    process.on("exit", this.#onExit);
    this.#enter();
  }

  get size(): Size {
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
  }

  draw(lines: readonly string[]): void {
    if (!this.#entered) return;
    if (this.#writing) {
      this.#waiting = lines;
      return;
    }
    const text = difference(this.#shown, lines, this.size.columns);
    this.#shown = lines;
    if (text === "") return;
    this.#writing = true;
    this.#write(text, () => {
      this.#writing = false;
      const next = this.#waiting;
      this.#waiting = null;
      if (next !== null) this.draw(next);
    });
  }

  forget(): void {
    this.#shown = null;
  }

  /** As Ctrl-Z does elsewhere: the screen is given back, and the whole foreground job stops until it is continued. */
  suspend(): void {
    this.#leave();
    process.kill(0, "SIGTSTP");
    // where no shell looks after jobs the kernel does not stop it (signal(7), orphaned process groups)
    this.#resumeTimer = setTimeout(this.#onContinued, RESUME_WAIT_MS);
  }

  [Symbol.dispose](): void {
    this.#leave();
    for (const timer of [this.#escapeTimer, this.#resumeTimer]) if (timer !== null) clearTimeout(timer);
    process.stdin.off("data", this.#onData);
    process.stdin.off("end", this.#onGone);
    process.stdout.off("resize", this.#onResize);
    process.off("SIGCONT", this.#onContinued);
    process.off("exit", this.#onExit);
    process.stdin.pause();
    process.stdin.unref();
  }

  #enter(): void {
    this.#entered = true;
    this.#shown = null;
    this.#setRaw(true);
    process.stdin.resume();
    this.#write(ENTER);
  }

  #leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#waiting = null;
    this.#write(LEAVE);
    this.#setRaw(false);
  }

  #write(text: string, written?: () => void): void {
    try {
      process.stdout.write(text, () => written?.());
    } catch (error) {
      this.#onError(error);
    }
  }

  #setRaw(raw: boolean): void {
    try {
      process.stdin.setRawMode(raw);
    } catch (error) {
      this.#onError(error);
    }
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#escapeTimer !== null) clearTimeout(this.#escapeTimer);
    const { keys, rest } = decodeKeys(this.#rest + this.#decoder.decode(chunk, { stream: true }));
    this.#rest = rest;
    for (const key of keys) this.#listener.onKey(key);
    if (rest === "") return;
    this.#escapeTimer = setTimeout(() => {
      this.#rest = "";
      for (const key of giveUp(rest)) this.#listener.onKey(key);
    }, ESCAPE_WAIT_MS);
  };

  readonly #onResize = (): void => {
    this.forget();
    this.#listener.onResize();
  };

  /** The shell may have changed the terminal's modes meanwhile, so they are set anew. */
  readonly #onContinued = (): void => {
    this.#setRaw(false);
    this.#enter();
    this.#listener.onResize();
  };

  readonly #onGone = (): void => this.#listener.onGone();

  readonly #onError = (error: unknown): void => {
    this.#writing = false;
    if (isGone(error)) this.#listener.onGone();
    else this.#listener.onFailure(error);
  };

  /** What nobody has caught ends here: it must not leave the terminal raw. */
  readonly #onExit = (): void => {
    if (!this.#entered) return;
    this.#entered = false;
    try {
      writeSync(1, LEAVE);
      process.stdin.setRawMode(false);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  };
}

/** The terminal shows what comes in between in one piece; others ignore it (DEC private mode 2026). */
const [BEGIN, END] = [`${ESCAPE}?2026h`, `${ESCAPE}?2026l`];
const CLEAR = `${ESCAPE}2J`;
const CLEAR_TO_END = `${ESCAPE}K`;
const goTo = (row: number): string => `${ESCAPE}${row};1H`;

/** What to write; "" when nothing changed. `before` null: the screen holds something else. */
export function difference(
  before: readonly string[] | null,
  after: readonly string[],
  columns: number,
): string {
  const lines = after.flatMap((line, at) => {
    if (line === before?.[at]) return [];
    // at the last column the cursor stays on what was written there, and would erase it
    const rest = Bun.stringWidth(line) < columns ? CLEAR_TO_END : "";
    return [`${goTo(at + 1)}${line}${rest}`];
  });
  const gone = (before ?? []).slice(after.length).map((_, at) => goTo(after.length + at + 1) + CLEAR_TO_END);
  const text = [...lines, ...gone].join("");
  if (before === null) return BEGIN + CLEAR + text + END;
  return text === "" ? "" : BEGIN + text + END;
}
