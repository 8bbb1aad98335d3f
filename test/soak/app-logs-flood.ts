/**
 * An app writes more than may wait while nobody follows it, and then its log file takes nothing: what is dropped is counted,
 * the rest is in the log file line by line, the memory of who writes it stays, and the spool gives its room back.
 */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { openAppLogs } from "../../src/app-log/app-logs.ts";
import { putAsideFiles } from "../../src/app-log/log/rotation.ts";
import { logged, logPolicy } from "../support/app-logs.ts";
import { until } from "../support/ready.ts";
import { withTemporary } from "../support/temporary.ts";

export interface FloodReport {
  readonly lines: number;
  readonly lost: number;
  readonly grownMb: number;
  readonly faults: readonly string[];
}

const LINE_BYTES = 200;
const LINES_AT_ONCE = 10_000;
const MB = 1_024 ** 2;
/** As the docs say: so much may wait, and more than that goes in pieces. */
const [MOST_WAITING_BYTES, DROPPED_BYTES] = [1_024 * MB, 64 * MB];
const MOST_GROWN_MB = 100;

const lineAt = (number: number): string => `${String(number).padStart(LINE_BYTES - 1, ".")}\n`;
const pieceAt = (number: number): string =>
  Array.from({ length: LINES_AT_ONCE }, (_, at) => lineAt(number + at)).join("");

export const floodRound = (megabytes: number): Promise<FloodReport> =>
  withTemporary(async (directory) => {
    const state = join(directory, "state");
    const policy = logPolicy(directory, "flood", { maxBytes: 64 * MB });
    const [app, path] = [logged("flood", policy), policy.out ?? ""];
    const spool = join(state, "spools", `${app.key}.out`);
    const before = openAppLogs({ directory: state });
    before.open(app).release();
    await before[Symbol.asyncDispose]();
    const lines = Math.ceil((megabytes * MB) / LINE_BYTES / LINES_AT_ONCE) * LINES_AT_ONCE;
    for (let at = 0; at < lines; at += LINES_AT_ONCE) appendFileSync(spool, pieceAt(at));
    const faults: string[] = [];
    if (statSync(spool).size < lines * LINE_BYTES) faults.push("the spool has not all of it");
    rmSync(path, { force: true });
    mkdirSync(path);
    Bun.gc(true);
    const memory = process.memoryUsage.rss();
    let lost = 0;
    await using logs = openAppLogs({ directory: state });
    logs.onLoss((loss) => (lost += loss.lines));
    logs.resume(app);
    const waiting = (): number => (lines - lost) * LINE_BYTES;
    if (!(await until(() => waiting() <= MOST_WAITING_BYTES, 60_000, 50)))
      faults.push(`${waiting()} bytes wait`);
    if (waiting() < MOST_WAITING_BYTES - DROPPED_BYTES) faults.push(`${lost} lines lost are too many`);
    rmdirSync(path);
    await until(() => openSpoolBytes(spool) < MB, 120_000, 50);
    await logs.drained(app.key);
    const grownMb = Math.round((process.memoryUsage.rss() - memory) / MB);
    if (grownMb > MOST_GROWN_MB) faults.push(`it took ${grownMb} MB of memory`);
    if (openSpoolBytes(spool) > MB) faults.push(`the spool keeps ${openSpoolBytes(spool)} bytes`);
    return { lines, lost, grownMb, faults: [...faults, ...wrongLines(path, lost, lines)] };
  });

const openSpoolBytes = (spool: string): number => statSync(spool).blocks * 512;

/** What is in the log is each line from `first` on, once. */
function wrongLines(path: string, first: number, count: number): readonly string[] {
  const buffer = Buffer.alloc(LINE_BYTES * LINES_AT_ONCE);
  let next = first;
  for (const file of [...putAsideFiles(path).map((aside) => aside.path), path]) {
    const fd = openSync(file, "r");
    for (let length = 1; length > 0;) {
      length = readSync(fd, buffer);
      for (let at = 0; at < length; at += LINE_BYTES) {
        if (buffer.toString("latin1", at, at + LINE_BYTES) === lineAt(next)) next++;
        else return [`line ${next} was to come in ${file}`];
      }
    }
    closeSync(fd);
  }
  return next === count ? [] : [`${next} of ${count} lines`];
}
