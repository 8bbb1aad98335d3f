/**
 * `logs` prints the last lines of log files, and with `follow` those that come. It reads the files and asks
 * nobody, so no manager needs to run, and a slow reader slows nobody.
 */
import { dirname, join } from "node:path";
import { notesOf } from "../log/log-files.ts";
import { DirectoryWatch } from "./directory-watch.ts";
import { formatLine, type LogFormat } from "./format.ts";
import { type LogLine, LogReader, type LineSelection } from "./log-reader.ts";
import type { LogSource } from "./sources.ts";

export interface ReadLogsOptions extends LineSelection {
  readonly sources: readonly LogSource[];
  /** The same directory as for openAppLogs: the times of lines are noted there. */
  readonly directory: string;
  readonly format: LogFormat;
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** Lines that come together are printed together, up to this size. */
const CHUNK_BYTES = 64 * 1_024;

/**
 * Returns the text that is to be printed, in pieces that end with a line. Throws UntrustedError, and what
 * open(2) and read(2) throw.
 */
export async function* readLogs(options: ReadLogsOptions): AsyncGenerator<Buffer> {
  const { sources, format, follow, signal } = options;
  using cleanUp = new DisposableStack();
  // the watch begins before anything is read, so that it tells of what comes meanwhile
  const watch = follow ? cleanUp.use(new DirectoryWatch(sources.map(({ path }) => dirname(path)))) : null;
  const files = join(options.directory, "files");
  const readers = sources.map((source) => cleanUp.use(new LogReader(source, notesOf(files, source.path))));
  const widths = sources.flatMap((source) =>
    Array.from(source.authors?.values() ?? [source], ({ label }) => label.length),
  );
  const width = Math.max(0, ...widths);
  const print = (lines: AsyncIterable<LogLine>): AsyncGenerator<Buffer> => inChunks(lines, format, width);
  yield* print(byTime(readers.map((reader) => reader.present(options))));
  if (watch === null) {
    for (const reader of readers) for (const line of reader.rest()) yield formatLine(line, format, width);
    return;
  }
  for (;;) {
    await watch.change(signal);
    if (signal?.aborted === true) return;
    for (const reader of readers) yield* print(reader.news());
  }
}

async function* inChunks(
  lines: AsyncIterable<LogLine>,
  format: LogFormat,
  width: number,
): AsyncGenerator<Buffer> {
  let [waiting, bytes] = [[] as Buffer[], 0];
  for await (const line of lines) {
    const text = formatLine(line, format, width);
    waiting.push(text);
    bytes += text.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (waiting.length > 0) yield Buffer.concat(waiting);
}

/**
 * Of several logs, the line that came first is next; each log keeps its own order. Lines whose time nobody
 * noted come first.
 */
async function* byTime(logs: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  let heads = (await Promise.all(logs.map(headOf))).filter((head) => head !== null);
  while (heads.length > 0) {
    const first = heads.reduce((a, b) => ((b.line.atMs ?? 0) < (a.line.atMs ?? 0) ? b : a));
    yield first.line;
    const after = await headOf(first.log);
    heads = heads.flatMap((head) => (head !== first ? head : (after ?? [])));
  }
}

interface Head {
  readonly log: AsyncGenerator<LogLine>;
  readonly line: LogLine;
}

/** null: the log has no more lines. */
async function headOf(log: AsyncGenerator<LogLine>): Promise<Head | null> {
  const { done, value } = await log.next();
  return done === true ? null : { log, line: value };
}
