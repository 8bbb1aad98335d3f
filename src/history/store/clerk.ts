/**
 * The monitor's side of the history: rows wait in memory until the process that writes them says that they are on the
 * disk. What a disk may do (full, locked, unreadable, gone, hanging) is said once, and costs rows only when it lasts
 * for hours; kills it never costs, they are in the journal.
 */
import { messageOf } from "../../text/system-error.ts";
import { existsSync } from "node:fs";
import { ownCommand } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";
import type { UnendedJob } from "../chronicle/jobs.ts";
import { noRows, type Rows } from "../chronicle/rows.ts";
import type { HistoryAnswer, HistoryRequest } from "./bun-watchdog-history-writer.ts";

/** `complain`: for the log, what is wrong, and that it is over. */
type WriterOptions = Omit<HistoryRequest, "rows"> & { readonly complain: (what: string) => void };

const PROGRAM = "src/history/store/bun-watchdog-history-writer.ts";

/** A busy day of a hundred processes; 2 MB. */
const MOST_ROWS = 5_000;
/** A call that takes longer hangs. A start does not wait for it, nor an end for long. */
const [LONGEST_MS, SHORT_MS] = [60_000, 5_000];
const MOST_BYTES = 16 * 1024 ** 2;

const countOf = ({ ticks, jobs, exits, verdicts }: Rows): number =>
  ticks.length + jobs.length + exits.length + verdicts.length;

export type HistoryClerk = ReturnType<typeof openClerk>;

export function openClerk({ path, journalPath, complain }: WriterOptions) {
  let waiting: Rows[] = [];
  let lost = 0;
  let hasComplained = false;
  let writing: Promise<void> | null = null;
  const count = (): number => waiting.reduce((sum, rows) => sum + countOf(rows), 0);

  const ask = async (rows: readonly Rows[] | null, withinMs: number): Promise<HistoryAnswer> => {
    const answer = await run({ path, journalPath, rows }, withinMs);
    const { said, trouble } = answer;
    for (const what of said) complain(what);
    const what = `the history ${path} cannot be written: ${trouble}`;
    if (trouble !== null && !hasComplained)
      complain(`${what}. Trying again every few minutes; kills are in the journal.`);
    hasComplained ||= trouble !== null;
    return answer;
  };
  const write = async (withinMs: number): Promise<void> => {
    const rows = new Set(waiting);
    const { trouble } = await ask([...rows], withinMs);
    if (trouble !== null) return;
    waiting = waiting.filter((each) => !rows.has(each));
    if (!hasComplained && lost === 0) return;
    complain(`the history ${path} is written again${lost === 0 ? "" : `; ${lost} rows of it are lost`}`);
    [hasComplained, lost] = [false, 0];
  };
  /** Writes what waits and takes over what is new in the journal. Never rejects. */
  const flush = (withinMs = LONGEST_MS): Promise<void> =>
    (writing ??= write(withinMs).finally(() => (writing = null)));
  return {
    waiting: count,
    /** Jobs that the last monitor left as living; none when there is no history yet, or it cannot be read. Never rejects. */
    unended: async (): Promise<readonly UnendedJob[]> =>
      existsSync(path) ? (await ask(null, SHORT_MS)).unended : [],
    add: (rows: Rows): void => {
      if (countOf(rows) === 0) return;
      waiting.push(rows);
      while (count() > MOST_ROWS) lost += countOf(waiting.shift() ?? noRows);
    },
    flush,
    /** The last rows, after those that are being written. */
    close: async (): Promise<void> => {
      if (writing !== null) await Promise.race([writing, Bun.sleep(SHORT_MS)]);
      if (writing === null) await flush(SHORT_MS);
    },
  };
}

/** Never rejects. */
async function run(request: HistoryRequest, withinMs: number): Promise<HistoryAnswer> {
  try {
    const child = Bun.spawn(ownCommand(programFile(PROGRAM)), {
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
    if (out === "") return failed(`ended with ${child.signalCode ?? child.exitCode}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the same program
    return JSON.parse(out) as HistoryAnswer;
  } catch (error) {
    // no memory, descriptor or process left for it; or it was killed in the middle of its answer
    return failed(`cannot be used: ${messageOf(error)}`);
  }
}

const failed = (why: string): HistoryAnswer => ({
  unended: [],
  trouble: `the process that writes it ${why}`,
  said: [],
});
