/** A job that is in no books any more: somebody has removed them, or no disk took its record. It is found by its marker. */
import { launcherOf, type SlotRecord, unrecorded } from "../core/process/slot.ts";
import type { LaunchPorts } from "./request.ts";

/** Returns what can still be said of the job. null: nothing of it lives, or its pids mean nothing here. */
export async function lostRecord(
  jobId: string,
  { name, key, cwd }: { readonly name: string; readonly key?: string; readonly cwd: string },
  { containers, self }: Pick<LaunchPorts, "containers" | "self">,
): Promise<SlotRecord | null> {
  const launcher = launcherOf(jobId);
  if (launcher?.pidNamespace !== self.pidNamespace) return null;
  using remains = await containers.reopen(jobId, null);
  const [root] = remains.members().toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
  if (root === undefined) return null;
  return {
    ...unrecorded(jobId, launcher),
    name,
    ...(key !== undefined && { key }),
    root,
    place: remains.place,
    bootId: self.bootId,
    counts: false,
    project: cwd,
  };
}
