/**
 * The monitor's side of the history: rows wait in memory until the process that writes them says that they are on the
 * disk. What a disk may do (full, locked, unreadable, gone, hanging) is said once, and costs rows only when it lasts
 * for hours; kills it never costs, they are in the journal.
 */
import { messageOf } from "../../text/system-error.ts";
import { existsSync } from "node:fs";
import { ownCommand } from "../../trust/own-bun.ts";
import { fileURLToPath } from "node:url";
import type { UnendedJob } from "../chronicle/jobs.ts";
import { noRows, type Rows } from "../chronicle/rows.ts";
import type { HistoryAnswer, HistoryRequest } from "./bun-watchdog-history-writer.ts";

interface WriterOptions extends Pick<HistoryRequest, "path" | "journalPath"> {
  /** For the log: what is wrong, and that it is over. */
  readonly complain: (what: string) => void;
}

const PROGRAM = fileURLToPath(new URL("bun-watchdog-history-writer.ts", import.meta.url));

/** A busy day of a hundred processes; 2 MB. */
const MOST_ROWS = 5_000;
/** A call that takes longer hangs. A start does not wait for it, nor an end for long. */
const [LONGEST_MS, SHORT_MS] = [60_000, 5_000];
const MOST_BYTES = 16 * 1024 ** 2;

const countOf = ({ ticks, jobs, exits, verdicts }: Rows): number =>
  ticks.length + jobs.length + exits.length + verdicts.length;

export class HistoryClerk {
  readonly #options: WriterOptions;
  #waiting: Rows[] = [];
  #lost = 0;
  #hasComplained = false;
  #writing: Promise<void> | null = null;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.reduce((sum, rows) => sum + countOf(rows), 0);
  }

  /** Jobs that the last monitor left as living; none when there is no history yet, or it cannot be read. Never rejects. */
  async unended(): Promise<readonly UnendedJob[]> {
    if (!existsSync(this.#options.path)) return [];
    return (await this.#ask(null, SHORT_MS))?.unended ?? [];
  }

  add(rows: Rows): void {
    if (countOf(rows) === 0) return;
    this.#waiting.push(rows);
    while (this.waiting > MOST_ROWS) {
      this.#lost += countOf(this.#waiting.shift() ?? noRows);
    }
  }

  /** Writes what waits and takes over what is new in the journal. Never rejects. */
  flush(withinMs = LONGEST_MS): Promise<void> {
    return (this.#writing ??= this.#write(withinMs).finally(() => (this.#writing = null)));
  }

  /** The last rows, after those that are being written. */
  async close(): Promise<void> {
    const under = this.#writing;
    if (under !== null) await Promise.race([under, Bun.sleep(SHORT_MS)]);
    if (this.#writing === null) await this.flush(SHORT_MS);
  }

  async #write(withinMs: number): Promise<void> {
    const rows = [...this.#waiting];
    const answer = await this.#ask(rows, withinMs);
    if (answer === null || answer.trouble !== null) return;
    const written = new Set(rows);
    this.#waiting = this.#waiting.filter((each) => !written.has(each));
    if (!this.#hasComplained && this.#lost === 0) return;
    const lost = this.#lost === 0 ? "" : `; ${this.#lost} rows of it are lost`;
    [this.#hasComplained, this.#lost] = [false, 0];
    this.#options.complain(`the history ${this.#options.path} is written again${lost}`);
  }

  async #ask(rows: readonly Rows[] | null, withinMs: number): Promise<HistoryAnswer | null> {
    const { path, journalPath, complain } = this.#options;
    const answer = await run({ path, journalPath, rows }, withinMs);
    if (typeof answer !== "string") for (const what of answer.said) complain(what);
    const trouble = typeof answer === "string" ? answer : answer.trouble;
    const what = `the history ${path} cannot be written: ${trouble}`;
    if (trouble !== null && !this.#hasComplained)
      complain(`${what}. Trying again every few minutes; kills are in the journal.`);
    if (trouble !== null) this.#hasComplained = true;
    return typeof answer === "string" ? null : answer;
  }
}

/** In words why there is no answer. Never rejects. */
async function run(request: HistoryRequest, withinMs: number): Promise<HistoryAnswer | string> {
  try {
    const child = Bun.spawn(ownCommand(PROGRAM), {
      stdin: new Blob([JSON.stringify(request)]),
      stdout: "pipe",
      stderr: "ignore",
      // a Ctrl-C that is meant for us does not take the last rows with it
      detached: true,
      // nothing of the current folder or of the user's settings for Bun is in force there
      cwd: "/",
      env: {},
      timeout: withinMs,
      maxBuffer: MOST_BYTES,
      killSignal: "SIGKILL",
    });
    const [out] = await Promise.all([child.stdout.text(), child.exited]);
    if (out === "") return `the process that writes it ended with ${child.signalCode ?? child.exitCode}`;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the same program
    return JSON.parse(out) as HistoryAnswer;
  } catch (error) {
    // no memory, descriptor or process left for it; or it was killed in the middle of its answer
    return `the process that writes it cannot be used: ${messageOf(error)}`;
  }
}
