/** Whether a mark may have come to a look-alike from somebody that is no offspring of the victim's. */
import type { Mark, ProcessSample } from "../core/process.ts";
import type { ProcessControl, ProcessSampler } from "../ports.ts";

/** Somebody above it who was there before the victim, and so never came out of that, bears such a mark as well. */
export const hasFromElsewhere =
  (sampler: Pick<ProcessSampler, "ancestors">, control: Pick<ProcessControl, "identify" | "marks">) =>
  (twin: ProcessSample, victim: ProcessSample, mark: Mark): boolean =>
    sampler.ancestors(twin.id.pid).some((pid) => {
      const startTicks = control.identify(pid)?.startTicks ?? Infinity;
      return startTicks <= victim.id.startTicks && control.marks(pid)?.[mark] === true;
    });
