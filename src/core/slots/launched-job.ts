/** The limits of one launched job, and whether it keeps them: the same rules as the watchdog's, with a smaller memory. */
import { cpuLookMs, SHORTEST_LOOK_MS, type CpuLimit } from "./cpu-look.ts";
import { overLimit, cpuRate } from "../judge/cpu-rate.ts";
import type { MemoryMemory, Remembered } from "../judge/history.ts";
import { memoryGrowth } from "../judge/memory-growth.ts";
import { processKey, type ProcessSample, type Snapshot } from "../process/process.ts";
import { progressOf } from "../judge/progress.ts";
import { JUST_AFTER_MS, SAFE_SHARE, untilGoneMs } from "../plan/next-delay.ts";
import { atOnce, type Verdict } from "../judge/verdict.ts";
import { cpuVerdict } from "../judge/verdicts/cpu.ts";
import { bytes, processCount } from "../../text/wording.ts";

/** null = there is no such limit. */
export interface LaunchLimits {
  readonly timeoutMs: number | null;
  readonly memoryBytes: number | null;
  readonly cpu: CpuLimit | null;
}

export type JobLimit = "timeout" | "memory" | "cpu";

export type SampledLimits = Pick<LaunchLimits, "memoryBytes" | "cpu">;

export interface JobWatch {
  readonly processes: ReadonlyMap<string, Pick<Remembered, "cpu" | "progress" | "over">>;
  readonly memory: MemoryMemory | undefined;
  readonly peakBytes: number;
  readonly verdicts: readonly Verdict<JobLimit>[];
}

export const newJobWatch: JobWatch = { processes: new Map(), memory: undefined, peakBytes: 0, verdicts: [] };

export function watchJob(before: JobWatch, snapshot: Snapshot, limits: SampledLimits): JobWatch {
  const { monotonicMs: nowMs } = snapshot;
  const members = [...snapshot.processes.values()];
  const processes = new Map(
    members.map((process) => [processKey(process.id), remembered(before, process, nowMs, limits)]),
  );
  const memoryBytes = sum(members, ownBytes);
  const oldest = Math.max(0, ...members.map(({ ageMs }) => ageMs));
  const cpu = members.flatMap((process) => cpuOf(process, processes, nowMs, limits) ?? []);
  return {
    processes,
    memory: memoryGrowth(before.memory, { memoryBytes, ageMs: oldest }, nowMs),
    peakBytes: Math.max(before.peakBytes, memoryBytes),
    verdicts: [...memoryOf(members, limits.memoryBytes), ...cpu],
  };
}

/** Shared pages count once for each process that has them: dear readings, which tell, are taken when this is over. */
export const jobBytes = ({ processes }: Snapshot): number => sum([...processes.values()], ownBytes);

function remembered(before: JobWatch, process: ProcessSample, nowMs: number, { cpu: limit }: SampledLimits) {
  const known = before.processes.get(processKey(process.id));
  const cpu = cpuRate(known?.cpu, process, nowMs);
  return {
    cpu,
    progress: progressOf(known?.progress, process, nowMs),
    over: overLimit(known, cpu, limit?.percent ?? null),
  };
}

function cpuOf(
  process: ProcessSample,
  processes: JobWatch["processes"],
  nowMs: number,
  { cpu }: SampledLimits,
): Verdict<"cpu"> | null {
  if (cpu === null) return null;
  const verdict = cpuVerdict({
    process,
    known: processes.get(processKey(process.id)) ?? null,
    // whoever launched it keeps its timeout
    limits: { limits: { cpuPercent: cpu.percent, timeoutMs: null } },
    policy: { cpuHoldMs: cpu.holdMs, limits: { timeoutMs: null } },
    nowMs,
    look: "monitor",
  });
  return (
    verdict && { ...verdict, evidence: `${process.command} (pid ${process.id.pid}) ${verdict.evidence}` }
  );
}

function memoryOf(members: readonly ProcessSample[], limit: number | null): readonly Verdict<"memory">[] {
  if (limit === null) return [];
  const value = sum(members, (member) => Math.min(ownBytes(member), member.pssBytes ?? Infinity));
  const evidence = `uses ${bytes(value)} of memory in ${processCount(members.length)} (limit ${bytes(limit)})`;
  return [atOnce({ rule: "memory", limit, value, evidence }, value > limit ? "runaway" : "ok")];
}

const ownBytes = ({ memoryBytes }: ProcessSample): number => memoryBytes ?? 0;

const sum = (members: readonly ProcessSample[], of: (member: ProcessSample) => number): number =>
  members.reduce((total, member) => total + of(member), 0);

const LONGEST_MEMORY_MS = 1_000;

/** ms until the next sample, for one limit at least: sooner the nearer a limit is, and the faster the job comes near. */
export function nextLookMs(
  { memory, verdicts }: JobWatch,
  { machine }: Pick<Snapshot, "machine">,
  limits: SampledLimits,
): number {
  const delays = verdicts.flatMap(({ rule, heldMs, holdMs }) =>
    rule === "cpu" && heldMs > 0 && heldMs < holdMs ? holdMs - heldMs + JUST_AFTER_MS : [],
  );
  if (limits.cpu !== null) delays.push(cpuLookMs(limits.cpu));
  if (limits.memoryBytes !== null) {
    const [rate, used] = [memory?.bytesPerS ?? 0, memory?.last?.bytes ?? 0];
    const untilLimitMs = rate > 0 ? ((limits.memoryBytes - used) / rate) * 1_000 * SAFE_SHARE : Infinity;
    delays.push(Math.min(LONGEST_MEMORY_MS, untilLimitMs, untilGoneMs(machine.availableBytes ?? Infinity)));
  }
  return Math.max(SHORTEST_LOOK_MS, Math.min(...delays));
}
