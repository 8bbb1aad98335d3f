/** Which unit of the service manager a process is part of: /proc/PID/cgroup, cgroups(7), systemd.unit(5). */
import { parseUnit } from "../../service-unit.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";

/** For one round of questions: that of the first process is read once. */
export class Services {
  #first: string | null | undefined;

  constructor(private readonly proc: ProcFiles) {}

  /** The unit's name; "" = none; null = cannot be read. */
  of(pid: number): string | null {
    const unit = this.#read(pid);
    if (unit === null || unit === "") return unit;
    if (this.#first === undefined) this.#first = this.#read(1);
    // the unit that a whole container runs in is nobody's inside it
    return unit === this.#first ? "" : unit;
  }

  #read(pid: number): string | null {
    const length = this.proc.read(pid, ENTRY.cgroup);
    return length <= 0 ? null : parseUnit(this.proc.text(length));
  }
}
