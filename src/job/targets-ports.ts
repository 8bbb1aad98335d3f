/** What a step's targets are found and held with. */
import type { ProcessSample, Snapshot } from "../core/process.ts";
import type { Clock, ProcessControl, ProcessSampler } from "../ports.ts";

export interface TargetsPorts {
  readonly sampler: Pick<ProcessSampler, "sample" | "describe" | "ancestors">;
  readonly control: ProcessControl;
  readonly clock: Clock;
}

export interface TargetsOptions {
  readonly mayKill: (process: ProcessSample) => boolean;
  readonly before?: Snapshot;
  /** The sampler shows one container, and all of it is to be stopped. */
  readonly container?: object;
}
