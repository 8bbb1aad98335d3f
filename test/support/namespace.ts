/**
 * Whatever can signal "all Bun processes" runs inside a PID namespace of its own: what is not in view cannot be hit.
 * Linux, util-linux's unshare(1); without root through a user namespace, where the kernel allows one.
 */
import { existsSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { withTemporary } from "./temporary.ts";

const repository = resolve(import.meta.dir, "../..");

/** Tells a process inside which namespace its starter lives in; a process that shares it is not inside. */
const OUTER = "BUN_WATCHDOG_TEST_OUTER_PIDNS";

const ownNamespace = (): string => readlinkSync("/proc/self/ns/pid");

const unshare = (asRoot: boolean): readonly string[] => [
  "unshare",
  ...(asRoot ? [] : ["--user", "--map-root-user"]),
  "--fork",
  "--pid",
  "--mount-proc",
  "--kill-child",
];

/**
 * pid 1 stays a shell: Bun as pid 1 does not reap orphans. /run gets a fresh file system (the mount namespace comes
 * with --mount-proc), so that locks of this account's real monitor and those of parallel rounds do not meet; /dev/shm
 * too, where libfaketime leaves files named for pids; and /tmp is a directory of its own ("$1", on the same disk), with
 * what is kept of the machine's.
 */
const init = `
  mount -t tmpfs -o mode=755 tmpfs /run 2>/dev/null
  mount -t tmpfs tmpfs /dev/shm 2>/dev/null
  TMPDIR=$1; shift
  while [ "$1" != -- ]; do
    mkdir -p "$TMPDIR\${1#/tmp}" && mount --bind "$1" "$TMPDIR\${1#/tmp}"
    shift
  done
  shift
  mount --rbind "$TMPDIR" /tmp 2>/dev/null && TMPDIR=/tmp && cd "$PWD"
  export TMPDIR
  "$@"; exit $?`;

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

/** Why no namespace can be made here, in the words of unshare(1); null when it can. */
export function namespaceUnavailable(): string | null {
  if (process.platform !== "linux") return `PID namespaces are Linux only, this is ${process.platform}`;
  const probe = Bun.spawnSync([...unshare(process.getuid?.() === 0), "true"], { stderr: "pipe" });
  return probe.exitCode === 0
    ? null
    : probe.stderr.toString().trim() || `unshare ended with ${probe.exitCode}`;
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
  const inner = ["sh", "-c", init, "sh", temporary, ...keptOfTmp(cwd), "--", ...argv];
  const child = Bun.spawn([...unshare(process.getuid?.() === 0), ...inner], {
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
