/** Starts a fixture, waits for its `ready <pids>` line, and takes down what it started in the end. */
import { allPids, hasCode, isAlive, readStat, type Started } from "./proc.ts";

export { isAlive, readStat, type Started } from "./proc.ts";

/** Waits for a condition, never for a time: `limitMs` only bounds a test that fails. Returns whether it came true. */
export async function until(condition: () => boolean, limitMs = 10_000, everyMs = 20): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await Bun.sleep(everyMs);
  }
  return true;
}

export interface Fixture extends AsyncDisposable {
  /** In the order of the ready line; the first is the root. */
  readonly pids: readonly Started[];
  readonly root: Started;
  /** Session id: everything the fixture started and did not setsid is in it. */
  readonly session: number;
  /** Lines on its standard output after the ready line, as they come. */
  readonly lines: readonly string[];
  /** What it wrote to standard error so far. */
  readonly errors: () => string;
}

/** Where fixtures work that do not say where: the project that a test has made last (launch.ts). A project governs its own. */
export const workplace: { directory: string | null } = { directory: null };

export interface FixtureOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly readyLimitMs?: number;
}

const isReady = (line: string): boolean => line.startsWith("ready ");

/**
 * Starts `argv` in a session of its own whose parent is pid 1 (setsid --fork): under a Bun parent it would belong
 * to the test's own job. Throws when the ready line does not come.
 */
export async function startFixture(argv: readonly string[], options: FixtureOptions = {}): Promise<Fixture> {
  const child = Bun.spawn(["setsid", "--fork", ...argv], {
    cwd: options.cwd ?? workplace.directory ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const lines: string[] = [];
  const errors: string[] = [];
  void collect(child.stdout, (line) => lines.push(line));
  void collect(child.stderr, (line) => errors.push(line));
  if (!(await until(() => lines.some(isReady), options.readyLimitMs ?? 15_000))) {
    throw new Error(
      `${argv.join(" ")} printed no ready line\nstdout: ${lines.join("\n")}\n${errors.join("\n")}`,
    );
  }
  const ready = lines.splice(0, lines.findIndex(isReady) + 1).at(-1) ?? "";
  const pids = ready.slice("ready ".length).trim().split(/\s+/).map(Number).map(identify);
  const root = pids[0];
  if (root === undefined) throw new Error(`${argv.join(" ")} announced no pid: "${ready}"`);
  const session = readStat(root.pid)?.sid ?? root.pid;
  return {
    pids,
    root,
    session,
    lines,
    errors: () => errors.join("\n"),
    [Symbol.asyncDispose]: async () => {
      await reap(pids, session);
    },
  };
}

function identify(pid: number): Started {
  const stat = readStat(pid);
  if (stat === null) throw new Error(`pid ${pid} of the ready line does not exist`);
  return { pid, startTicks: stat.startTicks };
}

/** SIGKILLs what is left of these processes and of their session; nothing that the fixture did not start. */
async function reap(pids: readonly Started[], session: number): Promise<void> {
  const left = (): number[] => [
    ...pids.filter(isAlive).map((started) => started.pid),
    // 0 and 1 are sessions of the kernel's and of init's: never a fixture's
    ...(session > 1 ? inSession(session) : []),
  ];
  await until(() => {
    const targets = left();
    for (const pid of targets) kill(pid);
    return targets.length === 0;
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // it died by itself in between
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

const inSession = (session: number): number[] =>
  allPids().filter((pid) => {
    const stat = readStat(pid);
    return stat !== null && stat.sid === session && stat.state !== "Z";
  });

async function collect(stream: ReadableStream<Uint8Array>, line: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const parts = rest.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) line(part);
  }
  if (rest !== "") line(rest);
}
