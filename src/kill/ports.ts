/** What the kill protocol works with; each part of it takes what it needs. */
import type { Clock } from "../ports/clock.ts";
import type { ProcessControl } from "../ports/control.ts";
import type { FrozenRecord } from "../ports/frozen-record.ts";
import type { Journal } from "../ports/journal.ts";
import type { ProcessSampler } from "../ports/sampler.ts";

export interface TerminatePorts {
  readonly sampler: Pick<ProcessSampler, "sample" | "describe" | "ancestors">;
  readonly control: ProcessControl;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly frozen: FrozenRecord;
}
