/** This is kept and told of an instance. */
import { STATE_OF, type InstanceStatus } from "../core/app/app-state.ts";
import type { Instance } from "./instance.ts";
import type { KeptApp, KeptInstance } from "./ports.ts";

export function instanceStatus(instance: Instance): InstanceStatus {
  const { id, number, phase, sinceMs, untilMs, createdMs, restarts, lastExit } = instance;
  const run = instance.run !== null && !instance.run.isOver ? instance.run : null;
  return {
    id,
    number,
    // one that it has taken the place of may still be on its way out
    state: phase === "ended" && instance.runs.length > 0 ? "stopping" : STATE_OF[phase],
    sinceMs,
    untilMs,
    root: run?.handle?.root ?? null,
    jobId: run?.jobId ?? null,
    startedMs: run !== null && run.handle !== null ? run.startedMs : null,
    createdMs,
    restarts,
    unstableRestarts: instance.unstable,
    lastExit,
    lostLines: instance.lostLines,
    adopted: run?.isAdopted ?? false,
  };
}

/** null: nobody needs to know it any more. */
export function keptInstance(instance: Instance): KeptInstance | null {
  const { phase, next, former } = instance;
  if (phase === "gone") return null;
  const others = [next, ...former].filter((run) => run !== null && !run.isOver);
  const beside = instance.runs.filter(({ jobId, place }) => jobId !== null && place.key !== instance.key);
  return {
    ...instanceStatus(instance),
    phase,
    leaving: others.flatMap((run) => run?.jobId ?? []),
    ...(beside.length > 0 && {
      outputs: Object.fromEntries(beside.map(({ jobId, place }) => [jobId, place.key])),
    }),
  };
}

export const keptApp = ({
  spec,
  instances,
}: Omit<KeptApp, "instances"> & { instances: readonly Instance[] }): KeptApp => ({
  spec,
  instances: instances.flatMap((one) => keptInstance(one) ?? []),
});
