/**
 * Reports over a period, made by `report --json` in a process of its own: one takes half a second of a processor where 500
 * processes were watched for a week, and nobody else waits for it. What was made a moment ago is given again.
 */
import type { Loaded } from "../../config/load.ts";
import { systemClock } from "../../os/clock.ts";
import { maskText, printable } from "../../text/mask.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";
import { HttpProblem } from "../problem.ts";

const SCRIPT = "scripts/fix-runaway-bun.ts";
/** The rows of a report's smallest unit come once a minute. */
const GOOD_FOR_MS = 60_000;
const MOST_KEPT = 8;
const LONGEST_MS = 60_000;
const MOST_BYTES = 16 * 1_024 ** 2;
const MOST_SAID = 2_000;
const WRONG_USAGE = 2;

interface Kept {
  readonly untilMs: number;
  readonly text: Promise<string>;
}

export class Reports {
  readonly #loaded: Loaded;
  readonly #kept = new Map<string, Kept>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  /** The document of `report --json` with these options, as text. @throws HttpProblem */
  async of(options: readonly string[]): Promise<string> {
    const key = JSON.stringify(options);
    const nowMs = systemClock.monotonicMs();
    const kept = this.#kept.get(key);
    if (kept !== undefined && nowMs < kept.untilMs) return kept.text;
    const text = this.#after(() => this.#make(options));
    this.#kept.delete(key);
    this.#kept.set(key, { untilMs: nowMs + GOOD_FOR_MS, text });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await text;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  /** One at a time. */
  #after(make: () => Promise<string>): Promise<string> {
    const made = this.#last.then(make);
    this.#last = made.catch(() => undefined);
    return made;
  }

  async #make(options: readonly string[]): Promise<string> {
    const { options: loadedWith, projectRoot } = this.#loaded;
    const file = loadedWith.file === undefined ? [] : ["--config", this.#loaded.path ?? loadedWith.file];
    const child = Bun.spawn(ownCommand(programFile(SCRIPT), "report", "--json", ...options, ...file), {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: projectRoot,
      env: ownEnvironment(process.env),
      timeout: LONGEST_MS,
      killSignal: "SIGKILL",
      maxBuffer: MOST_BYTES,
    });
    const [text, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (code === 0) return text;
    const why = printable(maskText(errors.trim()), MOST_SAID) || `it ended with ${child.signalCode ?? code}`;
    throw new HttpProblem(code === WRONG_USAGE ? 422 : 502, `The report could not be made: ${why}`);
  }
}
