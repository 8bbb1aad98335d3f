/** Waits until a launched job breaks one of its limits. Costs little but a timer where the kernel keeps the rest. */
import { bytes, duration } from "../../text/wording.ts";
import type { JobLimit, LaunchLimits, SampledLimits } from "../../core/slots/launched-job.ts";
import { atOnce, type Verdict } from "../../core/judge/verdict.ts";
import type { JobHold } from "../../ports/container.ts";
import { repeat, untilItWorks } from "./repeat.ts";
import type { SampleWatchPorts } from "./watch-samples.ts";

export interface Breach {
  readonly verdict: Verdict<JobLimit>;
  /** The one that noticed it: the kernel or our samples. Only memory has a choice. */
  readonly by: "kernel" | "sampling";
}

interface EnforcePorts extends SampleWatchPorts {
  readonly startedMs: number;
  /** false: nobody looks now and then whether all of it is still where the kernel keeps its memory limit. */
  readonly looksForEscapes?: boolean | undefined;
  /** Time so far in which the job stood still with us (Ctrl-Z): no timeout counts it. */
  readonly pausedMs: () => number;
}

const LATE_MS = 100;

/** Resolves with the first breach; never, when there is none before `signal` aborts. Rejects when it cannot look. */
export function enforce(
  container: JobHold,
  limits: LaunchLimits,
  ports: EnforcePorts,
  signal: AbortSignal,
): Promise<Breach> {
  const { promise, resolve, reject } = Promise.withResolvers<Breach>();
  const { timeoutMs, memoryBytes } = limits;
  if (timeoutMs !== null)
    untilNotSpared(timeoutMs, container, ports, signal)
      .then((passed) => resolve({ verdict: tooLong(timeoutMs, passed * timeoutMs), by: "sampling" }))
      .catch(reject);
  const isKernels = container.facts.memory === "kernel";
  if (memoryBytes !== null && isKernels)
    container.onMemoryKill(() => resolve({ verdict: outOfMemory(memoryBytes), by: "kernel" }), reject);
  const sample = async (sampled: SampledLimits, wait: Promise<void> | null): Promise<void> => {
    await wait;
    if (signal.aborted) return;
    const { watchSamples } = await import("./watch-samples.ts");
    const verdict = await watchSamples(container, sampled, ports, signal);
    if (verdict !== null) resolve({ verdict, by: "sampling" });
  };
  const { cpu } = limits;
  if (memoryBytes !== null && !isKernels) sample({ memoryBytes, cpu }, null).catch(reject);
  else if (cpu !== null)
    sample({ memoryBytes: null, cpu }, untilItWorks(container, cpu, ports, signal)).catch(reject);
  if (memoryBytes !== null && isKernels && ports.looksForEscapes !== false)
    sample({ memoryBytes, cpu: null }, untilItEscapes(container, ports, signal)).catch(reject);
  return promise;
}

/** The kernel limits a group; now and then it is seen whether all of the job is still in there. */
const ESCAPE_LOOK_MS = 5_000;

/** All jobs of a process are checked at the same moments: fifty of them wake it no more often than one. */
const untilItEscapes = (container: JobHold, { clock }: EnforcePorts, signal: AbortSignal): Promise<void> => {
  const nextMs = (): number => {
    const leftMs = ESCAPE_LOOK_MS - (clock.monotonicMs() % ESCAPE_LOOK_MS);
    return leftMs < ESCAPE_LOOK_MS / 2 ? leftMs + ESCAPE_LOOK_MS : leftMs;
  };
  return repeat(clock, nextMs(), () => (container.hasEscaped() ? null : nextMs()), signal);
};

/** Resolves to how many times it has passed. */
async function untilNotSpared(
  timeoutMs: number,
  container: JobHold,
  ports: EnforcePorts,
  signal: AbortSignal,
): Promise<number> {
  // one that was adopted may be older than many of them
  const agedMs = ports.clock.monotonicMs() - ports.startedMs;
  for (let passed = Math.max(1, Math.floor(agedMs / timeoutMs)); ; passed++) {
    await pass(passed * timeoutMs, ports, signal);
    if (ports.isSpared === undefined) return passed;
    const sampler = await ports.containers.sampler(container);
    try {
      if (!(await ports.isSpared(sampler))) return passed;
    } finally {
      sampler.close();
    }
  }
}

/** Waits until the job has reached this age. Never resolves once aborted. */
async function pass(ms: number, ports: EnforcePorts, signal: AbortSignal): Promise<void> {
  const { clock, startedMs, pausedMs } = ports;
  const left = (): number => startedMs + ms + pausedMs() - clock.monotonicMs();
  for (let leftMs = left(); leftMs > 0 && !signal.aborted; leftMs = left()) {
    await clock.sleep(leftMs, signal);
    // late: we stood still, and are told for how long in a moment
    if (left() < -LATE_MS) await clock.sleep(LATE_MS, signal);
  }
  if (signal.aborted) await new Promise<never>(() => {});
}

const tooLong = (limit: number, value: number): Verdict<"timeout"> =>
  atOnce({
    rule: "timeout",
    limit,
    value,
    evidence: `ran for ${duration(value)} (limit ${duration(limit)})`,
  });

export const outOfMemory = (limit: number): Verdict<"memory"> =>
  atOnce({
    rule: "memory",
    limit,
    value: limit,
    evidence: `the kernel killed a process of it at its memory limit (${bytes(limit)} for the whole job)`,
  });
