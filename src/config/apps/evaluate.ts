/**
 * Evaluates an app file that is code, in a process of its own: it gives data back, and nothing of the process
 * stays.
 */
import { closeSync, mkdtempSync, openSync, readSync, fstatSync, rmdirSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ContainerFactory } from "../../ports/container.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { OWN_FLAGS, ownEnvironment } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";
import { shownValue } from "../schema/printable.ts";
import { ConfigError, fileProblem } from "../schema/problem.ts";

const PROGRAM = "src/config/apps/bun-watchdog-app-file.ts";
const LIMIT_MS = 10_000;
const MOST_ANSWER_BYTES = 4_194_304;
const MOST_OUTPUT_BYTES = 65_536;
const LAST_OUTPUT_MS = 500;

export interface EvaluateOptions {
  /** Called to open the containers when a file is to be evaluated. */
  readonly containers: () => Promise<ContainerFactory>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs?: number;
}

export interface Evaluated {
  readonly value: unknown;
  /** The places of values that are no data, and what they are: `apps[0].onStart a function`. */
  readonly dropped: readonly string[];
  /** The text that the file printed meanwhile, on either stream. */
  readonly printed: string;
}

/** @throws ConfigError: the file threw, took too long, or says nothing that is data */
export async function evaluateAppFile(path: string, options: EvaluateOptions): Promise<Evaluated> {
  const { containers, env, limitMs = LIMIT_MS } = options;
  const [answerFd, givenFd] = namelessFile();
  let isGiven = false;
  try {
    const factory = await containers();
    // nothing of it has to be found again after us, because it ends before we do
    using container = await factory.create({
      jobId: `app-file-${process.pid}-${answerFd}`,
      memoryBytes: null,
    });
    const job = container.spawn({
      argv: [process.execPath, ...FLAGS, programFile(PROGRAM), path, String(givenFd)],
      cwd: dirname(path),
      env: ownEnvironment(env),
      streams: ["ignore", "pipe", "pipe"],
      session: "own",
      inherited: [givenFd],
    });
    isGiven = true;
    const out = bounded(job.pipes.stdout);
    const err = bounded(job.pipes.stderr);
    const timer = Promise.withResolvers<null>();
    const timeout = setTimeout(() => timer.resolve(null), limitMs);
    const end = await Promise.race([job.ended, timer.promise]);
    clearTimeout(timeout);
    container.strike();
    await job.ended;
    const printed = `${await out.end()}${await err.end()}`;
    if (end === null)
      throw refused(
        path,
        `did not end within ${limitMs / 1_000} s`,
        printed,
        "a config file must not wait: no servers, no timers, no endless loops",
      );
    return { ...answerOf(answerFd, path, end, printed), printed };
  } finally {
    closeSync(answerFd);
    if (!isGiven) closeSync(givenFd);
  }
}

/**
 * The tsconfig stays the person's, because a file of TypeScript may rely on it. Packages that are not
 * installed are not fetched.
 */
const FLAGS = [...OWN_FLAGS.filter((flag) => !flag.startsWith("--tsconfig")), "--no-install"];

/**
 * The file is open for us to read and for the child to write, and in no folder: nobody else can open it, and
 * nothing is left of it.
 */
function namelessFile(): readonly [own: number, given: number] {
  const directory = mkdtempSync(join(tmpdir(), "bunctl-"));
  const path = join(directory, "answer");
  const given = openSync(path, "wx", 0o600);
  const own = openSync(path, "r");
  unlinkSync(path);
  rmdirSync(directory);
  return [own, given];
}

function answerOf(
  fd: number,
  path: string,
  end: { readonly code: number | null; readonly signal: string | null },
  printed: string,
): Omit<Evaluated, "printed"> {
  const { size } = fstatSync(fd);
  if (size > MOST_ANSWER_BYTES)
    throw refused(path, `declares ${size} bytes of data`, "", `up to ${MOST_ANSWER_BYTES} bytes`);
  const bytes = new Uint8Array(size);
  readSync(fd, bytes, 0, size, 0);
  const answer = parsedJson(new TextDecoder().decode(bytes));
  if (isRecord(answer) && "value" in answer) {
    const { value, dropped } = answer;
    return { value, dropped: Array.isArray(dropped) ? dropped.map(String) : [] };
  }
  if (isRecord(answer) && isRecord(answer["error"])) throw threw(path, answer["error"]);
  const how = end.signal === null ? `with exit code ${end.code}` : `by ${end.signal}`;
  throw refused(
    path,
    `ended ${how} before it had said anything`,
    printed,
    "export the apps: module.exports = { apps: [ … ] }",
  );
}

/** Returns the error's words, and the first of its places that is in the file itself. */
function threw(path: string, { message, stack }: Readonly<Record<string, unknown>>): ConfigError {
  const line = String(stack)
    .split("\n")
    .find((each) => each.includes(`${path}:`));
  const [, row, column] =
    line === undefined ? [] : (new RegExp(`${RegExp.escape(path)}:(\\d+)(?::(\\d+))?`, "u").exec(line) ?? []);
  const where = row === undefined ? "" : ` (line ${row}${column === undefined ? "" : `, column ${column}`})`;
  return refused(
    path,
    `could not be evaluated${where}: ${String(message)}`,
    "",
    "correct the file; bun <file> shows the whole error",
  );
}

const refused = (path: string, message: string, printed: string, next: string): ConfigError => {
  const last = printed.trim().split("\n").at(-1) ?? "";
  const said = last === "" ? "" : `; it said: ${last}`;
  return new ConfigError([fileProblem("not-evaluated", path, shownValue(`${message}${said}`, 600), next)]);
};

interface Collected {
  /** Returns the text that has come until now; nothing more is waited for. */
  end(): Promise<string>;
}

/** Output beyond the limit is read and dropped, so that the writer goes on. */
function bounded(stream: ReadableStream<Uint8Array> | null): Collected {
  if (stream === null) return { end: async () => "" };
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const kept = value.subarray(0, MOST_OUTPUT_BYTES - length);
      if (kept.length > 0) chunks.push(kept);
      length += kept.length;
    }
  })();
  return {
    end: async () => {
      // a process that still holds the other end has got away, and we do not wait for it
      await Promise.race([reading, Bun.sleep(LAST_OUTPUT_MS)]);
      await reader.cancel();
      return new TextDecoder().decode(Buffer.concat(chunks));
    },
  };
}
