/** Ends what is left of the cast, however far the play has got; in a namespace the kernel would do the same. */
import { isGone, type ProcessSample } from "../../core/process.ts";
import type { Clock, ProcessControl } from "../../ports.ts";
import { openSampler } from "../../os/select.ts";
import { uid } from "../watch-ports.ts";

const WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

async function end({ id }: ProcessSample, control: ProcessControl): Promise<void> {
  const held = control.pin(id);
  if (typeof held === "string") return;
  using pin = held;
  pin.send("SIGKILL");
  await pin.exited(WITHIN_MS);
}

/** Every process that works in the folder belongs to the cast: the folder was made for this one play. Looks until none does. */
export async function clearStage(folder: string, control: ProcessControl, clock: Clock): Promise<void> {
  const sampler = openSampler({ uid: uid(), scope: "user", projectRoot: folder });
  const deadlineMs = clock.monotonicMs() + WITHIN_MS;
  try {
    while (clock.monotonicMs() < deadlineMs) {
      const left = [...sampler.sample().processes.values()].filter(
        (process) => process.cwd === folder && process.id.pid !== globalThis.process.pid && !isGone(process),
      );
      if (left.length === 0) return;
      await Promise.all(left.map((process) => end(process, control)));
      await clock.sleep(LOOK_EVERY_MS);
    }
  } finally {
    sampler.close();
  }
}
