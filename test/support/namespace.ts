/**
 * Whatever can signal "all Bun processes" runs inside a PID namespace of its own: what is not in view cannot be hit.
 * Linux, util-linux's unshare(1); without root through a user namespace, where the kernel allows one.
 */
import { existsSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { findIsolation, isolate, type Isolation } from "../../src/os/isolate.ts";
import { withTemporary } from "./temporary.ts";

const repository = resolve(import.meta.dir, "../..");

/** Tells a process inside which namespace its starter lives in; a process that shares it is not inside. */
const OUTER = "BUN_WATCHDOG_TEST_OUTER_PIDNS";

const ownNamespace = (): string => readlinkSync("/proc/self/ns/pid");

let known: Isolation | null = null;
const isolation = (): Isolation => (known ??= findIsolation());

/** What the programs inside need of the machine's /tmp, when a clone or a program lies there. */
function keptOfTmp(cwd: string): readonly string[] {
  const needed = [cwd, repository, join(repository, "node_modules"), dirname(process.execPath)];
  const path = (process.env["PATH"] ?? "").split(":");
  const below = [...needed, ...path, process.env["HOME"] ?? ""]
    .filter((place) => existsSync(place))
    .map((place) => realpathSync(place))
    .filter((place) => place.startsWith("/tmp/"));
  return below.filter((place) => !below.some((outer) => place.startsWith(`${outer}/`)));
}

/** Why no namespace can be made here; null when it can. */
export function namespaceUnavailable(): string | null {
  const found = isolation();
  return found.kind === "none" ? found.because : null;
}

export interface NamespaceOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The whole namespace dies after this long, so that no test leaves a spinner behind. */
  readonly limitMs?: number;
  /** Aborted: the whole namespace dies now. */
  readonly signal?: AbortSignal;
}

export interface NamespaceResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `argv` inside a fresh PID namespace and resolves when it ended; everything it left behind goes with it. */
export const runInNamespace = (
  argv: readonly string[],
  options: NamespaceOptions = {},
): Promise<NamespaceResult> => withTemporary((temporary) => runWith(temporary, argv, options));

async function runWith(
  temporary: string,
  argv: readonly string[],
  options: NamespaceOptions,
): Promise<NamespaceResult> {
  const cwd = options.cwd ?? process.cwd();
  const namespace = isolation();
  // never without one: it may signal everybody it sees
  if (namespace.kind === "none") throw new Error(namespace.because);
  const child = Bun.spawn([...isolate(argv, namespace, { cwd, temporary, kept: keptOfTmp(cwd) })], {
    cwd,
    env: { ...process.env, ...options.env, [OUTER]: ownNamespace() },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: options.limitMs ?? 120_000,
    ...(options.signal !== undefined && { signal: options.signal }),
    // unshare dies, --kill-child takes pid 1 along, and pid 1 takes everybody
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

/** True when this process was started by `runInNamespace` and really is in another PID namespace than its starter. */
export const insideNamespace = (): boolean => {
  const outer = process.env[OUTER];
  return outer !== undefined && outer !== ownNamespace();
};

/** Throws unless inside: the first line of everything that can signal processes it did not start. */
export function requireNamespace(): void {
  if (insideNamespace()) return;
  throw new Error(
    "This signals every Bun process it sees and must run inside a PID namespace of its own. " +
      "Start it through runInNamespace() of test/support/namespace.ts.",
  );
}
