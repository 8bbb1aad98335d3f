/** Runs the product the way a user does: its scripts, in a project directory of its own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import { projectKey } from "../../src/trust/state.ts";
import { until, workplace } from "./ready.ts";

export const repository = resolve(import.meta.dir, "../..");

/** The five keys of the seed, or any other of the schema. */
export type ConfigFile = Readonly<Record<string, unknown>>;

export interface Project extends Disposable {
  readonly directory: string;
  /** Environment for what runs in it: a HOME of its own, so that no user-level file of this machine takes part. */
  readonly env: Readonly<Record<string, string>>;
  writeConfig(config: ConfigFile): void;
  /** A file of the account's state directory, as the product keeps it for this project. */
  state(name?: string): string;
  /** The journal so far, oldest first. */
  events(): readonly WatchdogEvent[];
}

/** Keys that are the account's alone: a project's file has no say in them. */
const ACCOUNTS: ReadonlySet<string> = new Set(["alerts", "breaker", "enforceNested"]);

/**
 * A scratch project with its own `.kiro/bun-process-config.json`, and beside it, as its HOME, what only the account may set;
 * gone when disposed. Fixtures that are started from now on work in it, unless they say where.
 */
export function scratchProject(config: ConfigFile | null, parent = tmpdir()): Project {
  const directory = realpathSync(mkdtempSync(join(parent, "bun-watchdog-test-")));
  const configs = join(directory, ".config");
  mkdirSync(join(directory, ".kiro"), { mode: 0o700 });
  const writeConfig = (next: ConfigFile): void => {
    const part = (isAccounts: boolean): ConfigFile =>
      Object.fromEntries(Object.entries(next).filter(([key]) => ACCOUNTS.has(key) === isAccounts));
    const accounts = JSON.stringify(part(true), null, 2);
    if (accounts !== "{}") {
      mkdirSync(join(configs, "bun-watchdog"), { recursive: true, mode: 0o700 });
      writeFileSync(join(configs, "bun-watchdog/config.json"), accounts);
    }
    writeFileSync(join(directory, ".kiro/bun-process-config.json"), JSON.stringify(part(false), null, 2));
  };
  if (config !== null) writeConfig(config);
  // below .kiro, so that whatever is mounted there, or removed, takes it along
  const account = join(directory, ".kiro/account");
  const state = (name = ""): string => join(account, "bun-watchdog", projectKey(directory), name);
  workplace.directory = directory;
  return {
    directory,
    env: {
      HOME: directory,
      XDG_CONFIG_HOME: configs,
      XDG_STATE_HOME: account,
      NO_COLOR: "1",
      CI: "",
    },
    writeConfig,
    state,
    events: () => readJournal(state("journal.jsonl")),
    [Symbol.dispose]: () => {
      if (workplace.directory === directory) workplace.directory = null;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Fixtures that are started from now on work in this project. */
export const workIn = ({ directory }: Project): void => {
  workplace.directory = directory;
};

/** Whole lines only: the last one may be in the middle of being written. */
function readJournal(path: string): readonly WatchdogEvent[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line))
    .filter(isEvent);
}

/** The shape all events share; the product's own tests check the rest. */
const isEvent = (value: unknown): value is WatchdogEvent =>
  typeof value === "object" && value !== null && "type" in value && "atMs" in value;

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const script = (name: string): string => join(repository, "scripts", name);

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end, with no standard input. */
export async function runProgram(argv: readonly string[], options: RunOptions): Promise<CliResult> {
  const child = Bun.spawn([...argv], { ...options, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

/** `bun scripts/fix-runaway-bun.ts <args>` in the project; resolves when it ended. */
export const runCli = (args: readonly string[], project: Project): Promise<CliResult> =>
  runProgram([...cli, ...args], { cwd: project.directory, env: { ...process.env, ...project.env } });

export interface RunningMonitor extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<number>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number>;
  kill(): Promise<void>;
  readonly output: () => string;
}

const isStart = (event: WatchdogEvent): boolean => event.type === "started";

export const cli = [process.execPath, script("fix-runaway-bun.ts")];
/** What `npm start` runs. */
export const service = [process.execPath, "run", script("bun-monitor-service.ts")];

/** Forty others at work on each core make a start of half a second one of twenty. */
const START_LIMIT_MS = 60_000;

/** Starts `monitor` in the foreground and resolves once its journal says `started`. */
export async function startMonitor(
  project: Project,
  args: readonly string[] = [],
  command: readonly string[] = [...cli, "monitor"],
): Promise<RunningMonitor> {
  const before = project.events().filter(isStart).length;
  const output = join(project.directory, "monitor-output.txt");
  const child = Bun.spawn([...command, ...args], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdin: "ignore",
    stdout: Bun.file(output),
    stderr: Bun.file(`${output}.err`),
  });
  const readOutput = (): string =>
    [output, `${output}.err`].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : "")).join("");
  const started = (): boolean => project.events().filter(isStart).length > before;
  if (!(await until(() => started() || child.exitCode !== null, START_LIMIT_MS)) || !started()) {
    child.kill("SIGKILL");
    await child.exited;
    throw new Error(`the monitor did not start (exit code ${child.exitCode})\n${readOutput()}`);
  }
  return {
    pid: child.pid,
    exited: child.exited,
    output: readOutput,
    stop: () => {
      child.kill("SIGTERM");
      return child.exited;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
