/**
 * One command in a process of its own, held together with all that it starts: it gets a timeout and a memory limit that are
 * kept whatever it does, and nothing of it is left when this resolves, or what is left is named.
 */
import type { JobEnd } from "../core/slots/job-end.ts";
import { admitLaunch, slotAround } from "../launch/admit.ts";
import { prepareLaunch } from "../launch/launch.ts";
import type { PreparedJob } from "../launch/look-after.ts";
import type { LaunchPorts, LaunchRequest } from "../launch/request.ts";
import type { LaunchPipes } from "../ports/launch.ts";
import { commandLine } from "../text/mask.ts";
import { codeOf } from "../text/system-error.ts";
import { type OnBytes, type KeptOutput, type StreamReading, readBounded } from "./output.ts";
import { openRunner, type RunnerPorts } from "./ports.ts";
import { runnerCapacity } from "./slots.ts";

export interface IsolatedRequest {
  /** A program and its arguments. */
  readonly command: readonly string[];
  /** The current folder where it is not given. */
  readonly cwd?: string;
  /** All of it; this process's own where it is not given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to its standard input, which is closed then. Not given: it reads nothing. */
  readonly stdin?: string | Uint8Array;
  /** null or missing: no limit. */
  readonly timeoutMs?: number | null;
  /** Of all its processes together. null or missing: no limit. */
  readonly memoryBytes?: number | null;
  /** Between SIGTERM and SIGKILL; 2 s where it is not given. */
  readonly graceMs?: number;
  /** Shown wherever the job is named. */
  readonly name?: string;
  /** Kept of each stream, half of it from the beginning and half from the end; 1 MB where it is not given. */
  readonly keepBytes?: number;
  /** Called with what it writes, as it comes. */
  readonly onStdout?: OnBytes;
  readonly onStderr?: OnBytes;
  /** Ends all of it. */
  readonly signal?: AbortSignal;
  /**
   * It takes one of the gate's slots, and waits for one, where a configuration of the project sets a gate up. false where it is
   * not given.
   */
  readonly counts?: boolean;
  /** Whose slot that is; `cwd` where it is not given. */
  readonly project?: string;
  /** Called when it starts: it may have waited. */
  readonly onStart?: () => void;
}

export interface IsolatedEnd extends JobEnd {
  readonly jobId: string;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
}

const GRACE_MS = 2_000;
const KEEP_BYTES = 1_024 ** 2;
/** All of the job is dead: what it wrote is in the pipe. Longer only where somebody outside of it has the other end. */
const DRAIN_MS = 1_000;

/**
 * Rejects with the code of execve(2) where the command cannot be started, and with a RangeError where a limit is none; nothing is
 * left then.
 */
export async function runIsolated(request: IsolatedRequest, given?: RunnerPorts): Promise<IsolatedEnd> {
  const { keepBytes = KEEP_BYTES, signal, stdin } = request;
  requireSense(request);
  signal?.throwIfAborted();
  const ports = given ?? (await portsFor(request));
  const job = (await admitted(request, ports)).start();
  request.onStart?.();
  const abort = (): void => job.stop("whoever had it run has asked for its end");
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    const { pipes } = job;
    const stdout = readBounded(pipes.stdout, keepBytes, request.onStdout);
    const stderr = readBounded(pipes.stderr, keepBytes, request.onStderr);
    const fed = stdin === undefined ? null : feed(pipes, stdin);
    // it rejects at once where its input, or whoever is called with its output, fails
    const end = await Promise.race([
      job.ended,
      Promise.all([stdout.ended, stderr.ended, fed]).then(() => job.ended),
    ]);
    await drained([stdout, stderr], ports);
    return { ...end, jobId: job.jobId, stdout: stdout.output(), stderr: stderr.output() };
  } catch (error) {
    job.stop("what it writes, or is to read, could not be passed on");
    await job.ended;
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

const NO_LIMIT = "a number over 0, or null for no limit";

/** What is no number, or never comes, would be a limit that is not kept. */
function requireSense({ timeoutMs, memoryBytes, graceMs, keepBytes }: IsolatedRequest): void {
  for (const [name, value, isFine, takes] of [
    ["timeoutMs", timeoutMs, isOver, NO_LIMIT],
    ["memoryBytes", memoryBytes, isOver, NO_LIMIT],
    ["graceMs", graceMs, isAmount, "a number, 0 or more"],
    ["keepBytes", keepBytes, isAmount, "a number, 0 or more"],
  ] as const)
    if (value !== undefined && value !== null && !isFine(value))
      throw new RangeError(`${name} is ${value}. It takes ${takes}.`);
}

const isAmount = (value: number): boolean => Number.isFinite(value) && value >= 0;
const isOver = (value: number): boolean => isAmount(value) && value > 0;

async function portsFor({ cwd = process.cwd(), project = cwd, env = process.env, counts }: IsolatedRequest) {
  const slots = counts === true ? (await runnerCapacity(project, env)).slots : null;
  return openRunner(cwd, { slots });
}

/** Without a gate at once. Inside of a launched job its slot is that job's: it would wait for itself. */
async function admitted(request: IsolatedRequest, ports: RunnerPorts): Promise<PreparedJob> {
  const { command, cwd = process.cwd(), env = process.env, signal } = request;
  const slots = request.counts === true ? (ports.slots ?? null) : null;
  if (slots === null || !slots.takes(command, cwd) || slotAround(env, ports.gatehouse) !== null)
    return prepareLaunch(requestOf(request, false), ports);
  const { wish, onWaiting = () => undefined } = slots;
  const admission = await admitLaunch(
    { ...wish, waitMs: null, signal },
    { ...ports, ...slots, onWaiting },
    () => prepareLaunch(requestOf(request, true), ports),
  );
  if (admission.kind === "full") throw new Error("a wait without an end has come to its end");
  return admission.value;
}

const requestOf = (request: IsolatedRequest, counts: boolean): LaunchRequest => {
  const { command, cwd = process.cwd(), env = process.env } = request;
  return {
    argv: command,
    cwd,
    env,
    session: "own",
    streams: [request.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    inherited: [],
    limits: { timeoutMs: request.timeoutMs ?? null, memoryBytes: request.memoryBytes ?? null, cpu: null },
    graceMs: request.graceMs ?? GRACE_MS,
    keep: false,
    owner: "runner",
    name: request.name ?? null,
    command: commandLine(command),
    project: request.project ?? cwd,
    counts,
    isTimeoutAskedFor: true,
  };
};

async function drained(readings: readonly StreamReading[], { clock }: LaunchPorts): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([
    Promise.all(readings.map(({ ended }) => ended)),
    clock.sleep(DRAIN_MS, waiting.signal),
  ]);
  waiting.abort();
  for (const reading of readings) reading.giveUp();
}

/** It may end, or close its input, before it has read all of it. */
async function feed({ stdin }: LaunchPipes, text: string | Uint8Array): Promise<void> {
  try {
    await stdin?.write(text);
    await stdin?.end();
  } catch (error) {
    if (codeOf(error) !== "EPIPE") throw error;
  }
}
