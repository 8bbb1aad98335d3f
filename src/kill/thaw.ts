/** Does what a start does first: it continues what a predecessor left frozen because it *and* its guard were KILLed. */
import type { ProcessId } from "../core/process/process.ts";
import type { TerminatePorts } from "./ports.ts";

type ThawPorts = Omit<TerminatePorts, "control" | "sampler"> & {
  readonly control: Pick<TerminatePorts["control"], "pin">;
  readonly describe: TerminatePorts["sampler"]["describe"];
};

/**
 * Returns who was continued. Only a process with the recorded pid and start time that still is stopped gets the
 * SIGCONT; its executable may have changed, when it was stopped in the middle of an exec.
 */
export const thaw = ({ control, frozen, clock, journal, describe }: ThawPorts): readonly ProcessId[] => {
  const entries = frozen.entries();
  if (entries.length === 0) return [];
  const thawed = entries.filter((id) => {
    const pin = control.pin({ ...id, exe: null });
    if (typeof pin === "string") return false;
    using held = pin;
    return held.status()?.state === "stopped" && held.send("SIGCONT") === "sent";
  });
  frozen.remove(entries);
  if (thawed.length > 0) {
    const targets = thawed.map((id) => ({ id, command: describe(id.pid) ?? `pid ${id.pid}` }));
    journal.write({ type: "thawed", atMs: clock.wallMs(), targets });
  }
  return thawed;
};
