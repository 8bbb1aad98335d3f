/**
 * One launch, from its container to the last of its processes, the same for whoever looks after it:
 *
 *     contain → hold its slot → record → spawn → record the root → enforce | wait → end what is left → give back
 */
import { depthOf, insideJob, jobIdOf, type SlotRecord } from "../core/process/slot.ts";
import type { Container } from "../ports/container.ts";
import type { HeldSlot } from "../ports/gate.ts";
import type { Launched, SpawnRequest } from "../ports/launch.ts";
import { limitsOnRecord, lookAfter, type PreparedJob } from "./look-after.ts";
import type { LaunchPorts, LaunchRequest } from "./request.ts";
import { writeRecord } from "./slot.ts";

/** Jobs of this process so far: their ids count on. */
let launches = 0;

/** Throws with nothing left behind. Whoever counts slots calls it inside the gate. */
export async function prepareLaunch(request: LaunchRequest, ports: LaunchPorts): Promise<PreparedJob> {
  const { id, pidNamespace } = ports.self;
  const jobId = jobIdOf({ ...id, pidNamespace }, ++launches);
  const { limits, caps } = request;
  ports.reserve.require();
  const container = await ports.containers.create({
    jobId,
    memoryBytes: limits.memoryBytes,
    caps,
    adjustable: request.owner === "manager",
    isOfMany: request.owner !== "gate" && ports.isAlone !== true,
  });
  const record = recordOf(jobId, container, request, ports);
  let slot: HeldSlot;
  try {
    slot = ports.gatehouse.hold(jobId);
  } catch (error) {
    container[Symbol.dispose]();
    throw error;
  }
  // the slot is held without it; one that takes none is held for its record alone
  if (!writeRecord(slot, record, ports) && !record.counts) slot[Symbol.dispose]();
  return prepared(record, { container, slot }, request, ports);
}

interface Holding {
  readonly container: Container;
  readonly slot: HeldSlot;
}

const prepared = (
  record: SlotRecord,
  { container, slot }: Holding,
  request: LaunchRequest,
  ports: LaunchPorts,
): PreparedJob => ({
  record,
  facts: container.facts,
  start: () => {
    const startedMs = ports.clock.monotonicMs();
    const root = spawn(container, slot, { ...request, env: insideJob(request.env, record.jobId) });
    const job = { container, root, startedMs };
    return lookAfter({ ...record, root: root.id }, slot, job, request, ports, {
      container,
      prepare: (next) =>
        prepared(recordOf(record.jobId, container, next, ports), { container, slot }, next, ports),
    });
  },
  [Symbol.dispose]: () => {
    container[Symbol.dispose]();
    slot[Symbol.dispose]();
  },
});

function recordOf(
  jobId: string,
  { place }: Container,
  { owner: kind, name, key, command, project, counts, keep, env, limits, isTimeoutAskedFor }: LaunchRequest,
  { self, clock }: LaunchPorts,
): SlotRecord {
  const { timeoutMs } = limits;
  const sinceMs = clock.wallMs();
  return {
    schemaVersion: 1,
    jobId,
    name,
    ...(key !== undefined && { key }),
    command,
    owner: { ...self.id, kind },
    root: null,
    place,
    pidNamespace: self.pidNamespace,
    bootId: self.bootId,
    sinceMs,
    depth: depthOf(env),
    counts,
    project,
    limits: limitsOnRecord(limits, timeoutMs !== null && isTimeoutAskedFor ? sinceMs + timeoutMs : null),
    keep,
  };
}

/** It may be up although the call failed: then it is ended. */
const spawn = (container: Container, slot: HeldSlot, request: SpawnRequest): Launched => {
  try {
    return container.spawn(request);
  } catch (error) {
    container.strike();
    container[Symbol.dispose]();
    slot[Symbol.dispose]();
    throw error;
  }
};
