/** One file, run by `bun-isolate` in a process of its own, with what happens meanwhile. */
import { systemClock } from "../../os/clock.ts";
import { isObject, parsedJson } from "../../text/json.ts";
import { maskText, printable } from "../../text/mask.ts";
import { ENDS_WITH_INPUT_OF, keptAside, ownCommand } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";

export type RunKind = "bench" | "test";

export interface RunResult {
  /** That of `bun-isolate`; not 0: it did not pass. */
  readonly exitCode: number;
  readonly tookMs: number;
  /** What `--json` prints; null where it is not known any more. */
  readonly document: object | null;
}

interface RunWish {
  readonly kind: RunKind;
  /** From the root of the project. */
  readonly file: string;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Called once a second. */
  readonly onRunning: (tookMs: number) => void;
}

const SCRIPT = "scripts/bun-isolate.ts";
const EVERY_MS = 1_000;
const LONGEST_MS = 600_000;
const MOST_BYTES = 16 * 1_024 ** 2;
/** What it holds is ended by then; else a KILL ends it, and the next run what it has left. */
const END_WITHIN_MS = 10_000;
const MOST_SAID = 2_000;
/** Once it has ended. */
const LAST_WORDS_MS = 2_000;

/** Resolves once it has ended, with its result, or with what it said in place of one. */
export async function runFileIsolated(wish: RunWish): Promise<RunResult | { readonly because: string }> {
  const { kind, file, cwd, signal, onRunning } = wish;
  const startedMs = systemClock.monotonicMs();
  const took = (): number => Math.round(systemClock.monotonicMs() - startedMs);
  // the person's own variables are for the file; bun-isolate gives them back
  const child = Bun.spawn(ownCommand(programFile(SCRIPT), kind, "--json", `./${file}`), {
    // where this server is killed, it ends with its input
    stdio: ["pipe", "pipe", "pipe"],
    cwd,
    env: { ...keptAside(process.env), [ENDS_WITH_INPUT_OF]: String(process.pid) },
    maxBuffer: MOST_BYTES,
  });
  const stop = (): void => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS).unref();
  };
  const over = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  over.addEventListener("abort", stop, { once: true });
  if (over.aborted) stop();
  const running = setInterval(() => onRunning(took()), EVERY_MS);
  try {
    const texts = Promise.all([child.stdout.text(), child.stderr.text()]);
    const exitCode = await child.exited;
    // where it was killed, what it has left holds the pipes open, perhaps for ever
    const [out, said] = await Promise.race([texts, systemClock.sleep(LAST_WORDS_MS).then(() => ["", ""])]);
    const document = masked(parsedJson(out));
    if (isObject(document)) return { exitCode, tookMs: took(), document };
    return {
      because: printable(maskText(said.trim()), MOST_SAID) || `it ended with ${child.signalCode ?? exitCode}`,
    };
  } finally {
    clearInterval(running);
    over.removeEventListener("abort", stop);
  }
}

/** What a test has thrown, or is called, may hold a secret. */
const masked = (document: unknown): unknown =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === "string" ? maskText(value) : value,
  );
