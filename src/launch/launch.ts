/**
 * One launch, from its container to the last of its processes:
 *
 *     contain → (the caller records it) → spawn → enforce | wait → end what is left → report
 */
import type { JobEnd } from "../core/slots/job-end.ts";
import { insideJob, jobIdOf, type ContainerPlace } from "../core/process/slot.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { Container, ContainerFacts } from "../ports/container.ts";
import type { Launched, LaunchPipes, SignalName, SpawnRequest } from "../ports/launch.ts";
import type { JobTerms, LaunchPorts, LaunchRequest } from "./request.ts";
import { runToEnd, type Running } from "./run-to-end.ts";

/** Contained and not started: what has to be on record before the first of its processes exists. */
export interface PreparedJob extends Disposable {
  readonly jobId: string;
  readonly place: ContainerPlace;
  readonly facts: ContainerFacts;
  /** Once. Throws an Error with the code of execve(2), and leaves no group behind then. */
  start(): LaunchedJob;
}

export interface LaunchedJob {
  readonly jobId: string;
  readonly root: ProcessId;
  readonly pipes: LaunchPipes;
  /** Resolves when nothing of the job is left, or what is left is named; its group is gone by then. */
  readonly ended: Promise<JobEnd>;
  /** Passes a signal on to the root alone; false: that has ended. */
  forward(signal: SignalName): boolean;
  /** We and the job stood still for this long (Ctrl-Z): its timeout is put off. */
  paused(ms: number): void;
  /** Ends all of it, by SIGTERM and a grace first. `reason` is the evidence in the journal. */
  stop(reason: string): void;
  /** For who cannot wait for that: SIGKILL to all of it, unless it is over. */
  strike(): void;
}

/** Jobs of this process so far: their ids count on. */
let launches = 0;

export async function prepareLaunch(request: LaunchRequest, ports: LaunchPorts): Promise<PreparedJob> {
  const { id, pidNamespace } = ports.self;
  const jobId = jobIdOf({ ...id, pidNamespace }, ++launches);
  const { limits, caps } = request;
  ports.reserve.require();
  const container = await ports.containers.create({ jobId, memoryBytes: limits.memoryBytes, caps });
  return {
    jobId,
    place: container.place,
    facts: container.facts,
    start: () => start(jobId, container, request, ports),
    // a group that somebody is in stays
    [Symbol.dispose]: () => container[Symbol.dispose](),
  };
}

function start(jobId: string, container: Container, request: LaunchRequest, ports: LaunchPorts): LaunchedJob {
  const startedMs = ports.clock.monotonicMs();
  const root = spawn(container, { ...request, env: insideJob(request.env, jobId) });
  return lookAfter({ jobId, container, root, startedMs }, request, ports);
}

/** From now on whatever fails is the end of the job. */
export function lookAfter(job: Omit<Running, "pausedMs">, terms: JobTerms, ports: LaunchPorts): LaunchedJob {
  const { jobId, container, root } = job;
  const stop = Promise.withResolvers<string>();
  let pausedMs = 0;
  let isOver = false;
  const ended = runToEnd({ ...job, pausedMs: () => pausedMs }, terms, ports, stop.promise);
  const over = (): void => void (isOver = true);
  void ended.then(over, over);
  return {
    jobId,
    root: root.id,
    pipes: root.pipes,
    ended,
    forward: (signal) => root.signal(signal),
    paused: (ms) => {
      pausedMs += ms;
    },
    stop: (reason) => stop.resolve(reason),
    strike: () => void (isOver || container.strike()),
  };
}

/** It may be up although the call failed: then it is ended. */
const spawn = (container: Container, request: SpawnRequest): Launched => {
  try {
    return container.spawn(request);
  } catch (error) {
    container.strike();
    container[Symbol.dispose]();
    throw error;
  }
};
