/** Looks at a job's members from time to time; loaded when a limit needs it. */
import {
  jobBytes,
  type JobLimit,
  newJobWatch,
  nextLookMs,
  watchJob,
  type SampledLimits,
} from "../../core/slots/launched-job.ts";
import { withDetails, type Snapshot } from "../../core/process/process.ts";
import type { Verdict } from "../../core/judge/verdict.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ContainerFactory, JobHold, MemberSampler } from "../../ports/container.ts";
import type { Reading } from "../../ports/sampler.ts";
import { repeat } from "./repeat.ts";

export interface SampleWatchPorts {
  readonly containers: Pick<ContainerFactory, "sampler">;
  readonly clock: Clock;
  /** Is told the job's largest memory so far, in bytes, at every look. */
  readonly onMemory: (peakBytes: number) => void;
  /**
   * It is asked when the timeout has passed; true: the job goes on, and is asked about again as much later.
   */
  readonly isSpared?: (members: MemberSampler) => Promise<boolean>;
}

/** The verdict that ends the job; null when `signal` aborted before there was one. */
export async function watchSamples(
  container: JobHold,
  limits: SampledLimits,
  { containers, clock, onMemory }: SampleWatchPorts,
  signal: AbortSignal,
): Promise<Verdict<JobLimit> | null> {
  const sampler = await containers.sampler(container);
  let watch = newJobWatch;
  const breach = (): Verdict<JobLimit> | undefined =>
    watch.verdicts.find(({ decision }) => decision === "runaway");
  const look = (): number | null => {
    const snapshot = sampled(sampler, limits);
    watch = watchJob(watch, snapshot, limits);
    onMemory(watch.peakBytes);
    return breach() === undefined ? nextLookMs(watch, snapshot, limits) : null;
  };
  try {
    await repeat(clock, 0, look, signal);
    return breach() ?? null;
  } finally {
    sampler.close();
  }
}

function sampled(sampler: MemberSampler, limits: SampledLimits): Snapshot {
  const snapshot = sampler.sample();
  const readings = new Set<Reading>();
  if (limits.cpu !== null) readings.add("demand").add("io").add("traffic");
  if (limits.memoryBytes !== null && jobBytes(snapshot) > limits.memoryBytes) readings.add("pss");
  if (readings.size === 0) return snapshot;
  const asked = new Map([...snapshot.processes.values()].map((process) => [process, readings]));
  return withDetails(snapshot, sampler.inspect(asked));
}
