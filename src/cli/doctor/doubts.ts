/** Settings that are allowed and yet hardly meant: each with what it leads to. Pure. */
import { type Finding, findings } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { bytes, duration } from "../../core/wording.ts";

export interface Circumstances {
  readonly isRoot: boolean;
  readonly machineBytes: number;
}

const { limited } = findings("here");

const HOUR_MS = 3_600_000;

/** null: nothing to wonder about. */
type Doubt = (policy: Policy, circumstances: Circumstances) => Finding | null;

const doubt = (key: string, isOdd: boolean, detail: string, enable: string): Finding | null =>
  isOdd ? limited(`setting ${key}`, detail, enable) : null;

const DOUBTS: readonly Doubt[] = [
  ({ limits }) =>
    doubt(
      "limits",
      Object.values(limits).every((limit) => limit === null),
      "every limit is off: nothing is ever stopped",
      "set at least processTimeoutMs or maxMemoryUsageMB",
    ),
  ({ intervalMs, limits: { timeoutMs } }) =>
    doubt(
      "monitoringIntervalMs",
      timeoutMs !== null && intervalMs > timeoutMs,
      `a look every ${duration(intervalMs)} is rarer than the timeout of ${duration(timeoutMs ?? 0)}: what starts in between is found late`,
      "make it shorter than processTimeoutMs",
    ),
  ({ intervalMs, cpuHoldMs, limits: { cpuPercent } }) =>
    doubt(
      "cpuHoldMs",
      cpuPercent !== null && cpuHoldMs < intervalMs,
      `a CPU burst of ${duration(cpuHoldMs)} is judged, with a look every ${duration(intervalMs)}: short work is stopped`,
      "make it several times monitoringIntervalMs",
    ),
  ({ killGraceMs, limits: { timeoutMs } }) =>
    doubt(
      "killGraceMs",
      timeoutMs !== null && killGraceMs > timeoutMs,
      `a grace of ${duration(killGraceMs)} is longer than the timeout of ${duration(timeoutMs ?? 0)} itself`,
      "5 s are enough for a clean end",
    ),
  ({ limits: { memoryBytes } }, { machineBytes }) =>
    doubt(
      "maxMemoryUsageMB",
      memoryBytes !== null && memoryBytes > machineBytes,
      `the limit of ${bytes(memoryBytes ?? 0)} is more than this machine's ${bytes(machineBytes)}: the kernel is first`,
      "set it well below the machine's memory",
    ),
  ({ armTicks, intervalMs }) =>
    doubt(
      "armTicks",
      armTicks * intervalMs > HOUR_MS,
      `what runs already is left alone for ${duration(armTicks * intervalMs)} after each start of the monitor`,
      "3 intervals are enough to look at the announced plan",
    ),
  ({ scope }, { isRoot }) =>
    doubt(
      "scope",
      scope === "machine" && !isRoot,
      "scope machine without root: other accounts' processes are seen, and cannot be stopped",
      "run as root, or use scope user",
    ),
];

export const doubts = (policy: Policy, circumstances: Circumstances): Finding[] =>
  DOUBTS.flatMap((each) => each(policy, circumstances) ?? []);
