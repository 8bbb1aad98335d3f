/** One launch through the gate: depth → admission → launch. */
import type { JobEnd } from "../core/slots/job-end.ts";
import { depthOf, gatedJobsAround } from "../core/process/slot.ts";
import { admitLaunch, slotAround, type AdmissionWish, type AdmitPorts, type Taken } from "../launch/admit.ts";
import { prepareLaunch } from "../launch/launch.ts";
import type { LaunchedJob, PreparedJob } from "../launch/look-after.ts";
import type { LaunchPorts, LaunchRequest } from "../launch/request.ts";
import type { ContainerFactory, ContainerFacts } from "../ports/container.ts";

export interface GateRequest extends LaunchRequest, AdmissionWish {
  readonly maxDepth: number;
}

export interface GatePorts extends LaunchPorts, AdmitPorts {
  readonly containers: ContainerFactory;
  /** Called before the first process exists, since it may be up before we are told; its result, with the job. */
  readonly beforeStart: () => (job: LaunchedJob) => void;
}

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
  const within = slotAround(request.env, ports.gatehouse)?.jobId ?? null;
  const counts = request.counts && within === null;
  const prepare = (): Promise<PreparedJob> => prepareLaunch({ ...request, counts }, ports);
  const admission = counts
    ? await admitLaunch(request, ports, prepare)
    : ({ kind: "admitted", value: await prepare(), waitedMs: 0 } as const);
  const { waitedMs } = admission;
  if (admission.kind === "full")
    return { kind: "refused", refusal: { why: "full", ...admission.taken }, waitedMs };
  const started = ports.beforeStart();
  const job = admission.value.start();
  started(job);
  const { jobId, facts } = job;
  return { kind: "ended", end: await job.ended, jobId, facts, waitedMs, within, takesSlot: counts };
}

function tooDeep(depth: number, { env }: GateRequest, ports: GatePorts): GateResult {
  const known = ports.gatehouse.slots().map(({ record }) => record);
  const chain = gatedJobsAround(env).map((id) => known.find(({ jobId }) => jobId === id)?.command ?? id);
  return { kind: "refused", refusal: { why: "depth", depth, chain }, waitedMs: 0 };
}
