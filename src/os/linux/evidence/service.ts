/** Which unit of the service manager a process is part of: /proc/PID/cgroup, cgroups(7), systemd.unit(5). */
import { ENTRY, type ProcFiles } from "../proc-files.ts";

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

/** Lines "number:controllers:path"; the unit is the innermost name of one. A session is a scope, and a user's manager no service. */
export function parseUnit(text: string): string {
  for (const line of text.split("\n")) {
    const [, , ...path] = line.split(":");
    const unit = path
      .join(":")
      .split("/")
      .findLast((name) => name.endsWith(".service") || name.endsWith(".scope"));
    if (unit?.endsWith(".service") === true && !unit.startsWith("user@")) return unit;
  }
  return "";
}
