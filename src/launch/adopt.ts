/**
 * Takes over a job whose owner is dead, from its record: from then on its limits are kept and it is ended as if it had been
 * launched here. A job has one killer (I10): whoever holds its slot, and the monitor where nobody does.
 */
import type { OwnerKind, SlotRecord } from "../core/process/slot.ts";
import type { Gatehouse, HeldSlot } from "../ports/gate.ts";
import { lookAfter, type LaunchedJob } from "./look-after.ts";
import type { JobTerms, LaunchPorts } from "./request.ts";

/** null: it is not to be had, since somebody looks after it, or its pids mean nothing here. Throws where it cannot be looked after, and leaves it. */
export async function adoptJob(
  record: SlotRecord,
  kind: OwnerKind,
  terms: JobTerms,
  ports: LaunchPorts,
): Promise<LaunchedJob | null> {
  const { self, containers, clock, gatehouse } = ports;
  if (record.bootId !== self.bootId || record.pidNamespace !== self.pidNamespace) return null;
  if (containers.isAlive(record.owner)) return null;
  ports.reserve.require();
  const slot = await take(gatehouse, record.jobId);
  if (slot === null) return null;
  try {
    const { jobId } = record;
    const wish = { jobId, memoryBytes: terms.limits.memoryBytes, caps: terms.caps };
    const { container, root, ranMs } = await containers.adopt(record, wish);
    const startedMs = clock.monotonicMs() - Math.max(0, ranMs ?? clock.wallMs() - record.sinceMs);
    const ours: SlotRecord = { ...record, owner: { ...self.id, kind } };
    return lookAfter(ours, slot, { container, root, startedMs }, terms, ports);
  } catch (error) {
    slot.letGo();
    throw error;
  }
}

async function take(gatehouse: Gatehouse, jobId: string): Promise<HeldSlot | null> {
  using _ = await gatehouse.enter();
  return gatehouse.adopt(jobId);
}
