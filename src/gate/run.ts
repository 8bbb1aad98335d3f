/** One launch through the gate: depth → slot → record → launch → wait → give back. */
import type { JobEnd } from "../core/slots/job-end.ts";
import { depthOf, gatedJobsAround, type SlotRecord } from "../core/process/slot.ts";
import { prepareLaunch, type LaunchedJob, type PreparedJob } from "../launch/launch.ts";
import type { LaunchPorts, LaunchRequest } from "../launch/request.ts";
import type { ContainerFacts } from "../ports/container.ts";
import type { HeldSlot } from "../ports/gate.ts";
import { bookkeep, CANNOT_RECORD, giveBack } from "../launch/slot.ts";
import { admitLaunch, type AdmissionWish, type AdmitPorts, type Taken } from "./admit.ts";

export interface GateRequest extends LaunchRequest, AdmissionWish {
  /** Given by the user; null = none. */
  readonly name: string | null;
  /** One printable line, secrets masked. */
  readonly command: string;
  readonly takesSlot: boolean;
  readonly maxDepth: number;
  /** Root of the project that it runs in. */
  readonly project: string;
  /** Somebody asked for this timeout: it holds for whoever serves, too. */
  readonly isTimeoutAskedFor: boolean;
}

export interface GatePorts extends LaunchPorts, Omit<AdmitPorts, keyof LaunchPorts> {
  /** Called before the first process exists, since it may be up before we are told; its result, with the job. */
  readonly beforeStart: () => (job: LaunchedJob) => void;
}

/** Why nothing was started. */
export type LaunchRefusal =
  | (Taken & { readonly why: "full" })
  /** Gated jobs inside each other, outermost first, as they are known. */
  | { readonly why: "depth"; readonly depth: number; readonly chain: readonly string[] };

export type GateResult =
  | { readonly kind: "refused"; readonly refusal: LaunchRefusal; readonly waitedMs: number }
  | {
      readonly kind: "ended";
      readonly end: JobEnd;
      readonly jobId: string;
      readonly facts: ContainerFacts;
      readonly waitedMs: number;
      /** In whose slot it ran; null = in its own, or in none. */
      readonly within: string | null;
      readonly takesSlot: boolean;
    };

/** Throws an Error with the code of execve(2) when Bun itself cannot be started. */
export async function runGated(request: GateRequest, ports: GatePorts): Promise<GateResult> {
  const depth = depthOf(request.env);
  if (depth > request.maxDepth) return tooDeep(depth, request, ports);
  const within = outerSlot(request, ports);
  const takesSlot = request.takesSlot && within === null;
  const take = (): Promise<Admitted> => prepare({ ...request, takesSlot }, ports);
  const admission = takesSlot
    ? await admitLaunch(request, ports, take)
    : ({ kind: "admitted", value: await take(), waitedMs: 0 } as const);
  const { waitedMs } = admission;
  if (admission.kind === "full") {
    const { seen, holdings, ungated, ahead } = admission;
    return { kind: "refused", refusal: { why: "full", seen, holdings, ungated, ahead }, waitedMs };
  }
  const { job, record, slot } = admission.value;
  const end = await toEnd(job, record, slot, ports);
  giveBack(slot, end, ports);
  return {
    kind: "ended",
    end,
    jobId: job.jobId,
    facts: job.facts,
    waitedMs,
    within: within?.jobId ?? null,
    takesSlot,
  };
}

interface Admitted {
  readonly job: PreparedJob;
  readonly record: SlotRecord;
  readonly slot: HeldSlot;
}

async function prepare(request: GateRequest, ports: GatePorts): Promise<Admitted> {
  const { self, gatehouse, clock } = ports;
  const { timeoutMs, memoryBytes, cpu } = request.limits;
  const nowMs = clock.wallMs();
  const job = await prepareLaunch(request, ports);
  const record: SlotRecord = {
    schemaVersion: 1,
    jobId: job.jobId,
    name: request.name,
    command: request.command,
    owner: { ...self.id, kind: "gate" },
    root: null,
    place: job.place,
    pidNamespace: self.pidNamespace,
    bootId: self.bootId,
    sinceMs: nowMs,
    depth: depthOf(request.env),
    counts: request.takesSlot,
    project: request.project,
    limits: {
      memoryBytes,
      cpuPercent: cpu?.percent ?? null,
      deadlineMs: timeoutMs !== null && request.isTimeoutAskedFor ? nowMs + timeoutMs : null,
    },
    keep: request.keep,
  };
  let slot: HeldSlot;
  try {
    slot = gatehouse.hold(job.jobId);
  } catch (error) {
    job[Symbol.dispose]();
    throw error;
  }
  // the slot is held without it; one that takes none is held for its record alone
  if (!bookkeep(CANNOT_RECORD, ports, () => slot.write(record)) && !record.counts) slot[Symbol.dispose]();
  return { job, record, slot };
}

async function toEnd(
  job: PreparedJob,
  record: SlotRecord,
  slot: HeldSlot,
  ports: GatePorts,
): Promise<JobEnd> {
  const started = ports.beforeStart();
  let running: LaunchedJob;
  try {
    running = job.start();
  } catch (error) {
    slot[Symbol.dispose]();
    throw error;
  }
  started(running);
  // from here on nothing that fails beside the job is its end
  bookkeep(CANNOT_RECORD, ports, () => slot.write({ ...record, root: running.root }));
  return await running.ended;
}

/** The innermost gated job that this launch is inside of, and that still is on record: its slot is ours too. */
function outerSlot({ env }: GateRequest, { gatehouse }: GatePorts): SlotRecord | null {
  const outer = gatedJobsAround(env);
  if (outer.length === 0) return null;
  const records = gatehouse.slots().map(({ record }) => record);
  return records.findLast(({ jobId }) => outer.includes(jobId)) ?? null;
}

function tooDeep(depth: number, { env }: GateRequest, ports: GatePorts): GateResult {
  const known = ports.gatehouse.slots().map(({ record }) => record);
  const chain = gatedJobsAround(env).map((id) => known.find(({ jobId }) => jobId === id)?.command ?? id);
  return { kind: "refused", refusal: { why: "depth", depth, chain }, waitedMs: 0 };
}
