/** One launch through the gate: depth → slot → record → launch → wait → give back. */
import type { Capacity, Holding } from "../core/admission.ts";
import type { JobEnd } from "../core/job-end.ts";
import { depthOf, jobsOf, type SlotRecord } from "../core/slot.ts";
import { prepareLaunch, type LaunchedJob, type PreparedJob } from "../job/launch/launch.ts";
import type { LaunchPorts, LaunchRequest } from "../job/launch/request.ts";
import type { ContainerFacts } from "../ports.ts";
import { admit, standing, type AdmissionWish, type AdmitPorts } from "./admit.ts";

export interface GateRequest extends LaunchRequest, AdmissionWish {
  /** Given by the user; null = none. */
  readonly name: string | null;
  /** One printable line, secrets masked. */
  readonly command: string;
  readonly takesSlot: boolean;
  readonly maxDepth: number;
}

export interface GatePorts extends LaunchPorts, Omit<AdmitPorts, keyof LaunchPorts> {
  /** Called before the first process exists, since it may be up before we are told; its result, with the job. */
  readonly beforeStart: () => (job: LaunchedJob) => void;
}

/** Why nothing was started. */
export type Refusal =
  | { readonly why: "full"; readonly seen: Capacity; readonly holdings: readonly Holding[] }
  /** Gated jobs inside each other, outermost first, as they are known. */
  | { readonly why: "depth"; readonly depth: number; readonly chain: readonly string[] };

export type GateResult =
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly waitedMs: number }
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
  if (depth > request.maxDepth) return await tooDeep(depth, request, ports);
  const within = outerSlot(request, ports);
  const takesSlot = request.takesSlot && within === null;
  const take = (): Promise<Taken> => prepare({ ...request, takesSlot }, ports);
  const admission = takesSlot
    ? await admit(request, ports, take)
    : ({ kind: "admitted", value: await take(), waitedMs: 0 } as const);
  const { waitedMs } = admission;
  if (admission.kind === "full") {
    const { seen, holdings } = admission;
    return { kind: "refused", refusal: { why: "full", seen, holdings }, waitedMs };
  }
  const { job, record } = admission.value;
  const end = await toEnd(job, record, ports);
  // whoever stays keeps the slot
  if (end.kept.length + end.survivors.length === 0) ports.gatehouse.remove(job.jobId);
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

interface Taken {
  readonly job: PreparedJob;
  readonly record: SlotRecord;
}

async function prepare(request: GateRequest, ports: GatePorts): Promise<Taken> {
  const { self, gatehouse, clock } = ports;
  const job = await prepareLaunch(request, ports);
  const record: SlotRecord = {
    schemaVersion: 1,
    jobId: job.jobId,
    name: request.name,
    command: request.command,
    wrapper: self.id,
    root: null,
    place: job.place,
    pidNamespace: self.pidNamespace,
    bootId: self.bootId,
    sinceMs: clock.wallMs(),
    depth: job.depth,
    counts: request.takesSlot,
  };
  try {
    gatehouse.write(record);
  } catch (error) {
    job[Symbol.dispose]();
    throw error;
  }
  return { job, record };
}

async function toEnd(job: PreparedJob, record: SlotRecord, ports: GatePorts): Promise<JobEnd> {
  const started = ports.beforeStart();
  let running: LaunchedJob;
  try {
    running = job.start();
  } catch (error) {
    ports.gatehouse.remove(job.jobId);
    throw error;
  }
  started(running);
  // from here on nothing that fails beside the job is its end
  attempt("who it is cannot be put on record", ports, () =>
    ports.gatehouse.write({ ...record, root: running.root }),
  );
  return await running.ended;
}

/** Bookkeeping: what goes wrong with it is said, and changes nothing. */
function attempt(what: string, { onTrouble }: Pick<GatePorts, "onTrouble">, act: () => void): void {
  try {
    act();
  } catch (error) {
    onTrouble(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The innermost gated job that this launch is inside of, and that still is on record: its slot is ours too. */
function outerSlot({ env }: GateRequest, { gatehouse }: GatePorts): SlotRecord | null {
  const outer = jobsOf(env);
  if (outer.length === 0) return null;
  const records = gatehouse.slots();
  return records.findLast(({ jobId }) => outer.includes(jobId)) ?? null;
}

async function tooDeep(depth: number, { env }: GateRequest, ports: GatePorts): Promise<GateResult> {
  const known = (await standing(ports)).map(({ record }) => record);
  const chain = jobsOf(env).map((id) => known.find(({ jobId }) => jobId === id)?.command ?? id);
  return { kind: "refused", refusal: { why: "depth", depth, chain }, waitedMs: 0 };
}
