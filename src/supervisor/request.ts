/** This turns what an app is started with into a launch. */
import type { AppLimits } from "../core/app/app-spec.ts";
import type { ContainerPlace } from "../core/process/slot.ts";
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../core/process/slot.ts";
import type { JobTerms, LaunchRequest } from "../launch/request.ts";
import type { ContainerFacts } from "../ports/container.ts";
import type { AppConfig, LimitReport } from "../ports/supervisor.ts";
import { commandLine } from "../text/mask.ts";

/** Between SIGTERM and SIGKILL, where nobody says how long. */
export const GRACE_MS = 10_000;

/** Over the limit for so long, and without progress: only where the kernel does not keep it. */
const CPU_HOLD_MS = 60_000;

export async function requestOf(
  config: AppConfig,
  ownEnvironment: NodeJS.ProcessEnv,
): Promise<LaunchRequest> {
  const { name, key, command, args, cwd, env = ownEnvironment, streams, runAs, onMessage } = config;
  const argv = args === undefined ? await wordsOf(config) : [command, ...args];
  if (argv.length === 0) throw new TypeError(`The app "${name}" has no command to start.`);
  return {
    argv,
    cwd,
    env: outsideOfJobs(env),
    session: "own",
    streams: streams ?? ["ignore", "inherit", "inherit"],
    inherited: [],
    onMessage,
    runAs,
    ...appTerms(config),
    owner: "manager",
    name,
    key,
    command: commandLine(argv),
    project: cwd,
    counts: false,
    isTimeoutAskedFor: false,
  };
}

/** @throws a SyntaxError where only a shell could do what it says */
async function wordsOf({ name, command }: AppConfig): Promise<readonly string[]> {
  const { splitCommand } = await import("../text/split-command.ts");
  const split = splitCommand(command);
  if (split.ok) return split.words;
  throw new SyntaxError(
    `The command of the app "${name}" has ${split.what} (${split.operator}), and no shell reads it: give the program as its command, and args.`,
  );
}

/** An app is no part of a job that its manager, or who asked for it, was started in. */
function outsideOfJobs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [JOB_VARIABLE]: _job, [DEPTH_VARIABLE]: _depth, ...outside } = env;
  return outside;
}

export const limitsOf = ({ maxMemory, maxCpuPercent, maxThreads }: AppConfig): AppLimits => ({
  memoryBytes: maxMemory ?? null,
  cpuPercent: maxCpuPercent ?? null,
  threads: maxThreads ?? null,
});

export const appTerms = (config: AppConfig): JobTerms => ({
  ...keptBy(limitsOf(config)),
  graceMs: config.graceMs ?? GRACE_MS,
  keep: config.keepTree ?? false,
  // a look every few seconds, for as long as it runs; who is an app has no cause to leave
  looksForEscapes: false,
});

export const keptBy = ({
  memoryBytes,
  cpuPercent,
  threads,
}: AppLimits): Pick<JobTerms, "limits" | "caps"> => ({
  limits: { timeoutMs: null, memoryBytes, cpu: null },
  caps: { cpuPercent, threads },
});

/** If the kernel does not keep the limit on CPU, we look; null = there is nothing to look at. */
export function sampledCpu(limits: AppLimits, { caps }: ContainerFacts): JobTerms["limits"] | null {
  const { memoryBytes, cpuPercent } = limits;
  if (cpuPercent === null || caps.some(({ cap, limit }) => cap === "cpuPercent" && limit !== null))
    return null;
  return { timeoutMs: null, memoryBytes, cpu: { percent: cpuPercent, holdMs: CPU_HOLD_MS } };
}

export const limitReport = (
  { memory, whyNot, caps }: ContainerFacts,
  place: ContainerPlace["kind"],
  isInUserScope: boolean,
): LimitReport => ({
  backend: place === "marker" ? "process-group" : place === "cgroup2" && isInUserScope ? "user-scope" : place,
  memory,
  whyNot,
  caps,
});
