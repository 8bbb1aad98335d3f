/** Which unit of the service manager a process is part of: /proc/PID/cgroup, cgroups(7), systemd.unit(5). */
import { parseUnit } from "../../service-unit.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";

/** The unit's name; "" = none; null = cannot be read. */
export function serviceOf(proc: ProcFiles, pid: number): string | null {
  const unit = unitOf(proc, pid);
  if (unit === null || unit === "") return unit;
  // the unit that a whole container runs in is nobody's inside it
  return unit === unitOf(proc, 1) ? "" : unit;
}

function unitOf(proc: ProcFiles, pid: number): string | null {
  const length = proc.read(pid, ENTRY.cgroup);
  return length <= 0 ? null : parseUnit(proc.text(length));
}
