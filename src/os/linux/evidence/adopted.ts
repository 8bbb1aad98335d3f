/** Whether a process's parent started it, told from what a child has from its parent: proc_pid_stat(5), setsid(2). */
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { Field, newStat, parseStat, statName } from "../proc/stat.ts";
import { parseUnit } from "../../service-unit.ts";

/** For one round of questions: a parent that many have in common is read once. */
export class Adopters {
  readonly #parents = new Map<number, Birth | null>();

  constructor(
    private readonly proc: ProcFiles,
    private readonly services: Services,
  ) {}

  /**
   * The parent that took it in; null = it may have started it. A child is in its parent's session or leads one of its own.
   * A service manager starts units, and what is in none of them was left to it.
   */
  of(pid: number): number | null {
    const own = read(this.proc, pid);
    const parent = own === null ? null : this.#parent(own.parent);
    if (own === null || parent === null) return null;
    // 0 = led by somebody in a namespace above
    const isForeign = own.session > 0 && own.session !== pid && own.session !== parent.session;
    const isLeft = parent.name === "systemd" && this.services.of(pid) === "";
    return isForeign || isLeft ? own.parent : null;
  }

  #parent(pid: number): Birth | null {
    const known = this.#parents.get(pid);
    if (known !== undefined) return known;
    const found = read(this.proc, pid);
    this.#parents.set(pid, found);
    return found;
  }
}

interface Birth {
  readonly name: string;
  readonly parent: number;
  readonly session: number;
}

function read(proc: ProcFiles, pid: number): Birth | null {
  if (pid === 0) return null;
  const length = proc.read(pid, ENTRY.stat);
  const stat = newStat();
  if (length <= 0 || !parseStat(proc.scratch, length, stat)) return null;
  return {
    name: statName(proc.scratch, length),
    parent: stat[Field.parent] ?? 0,
    session: stat[Field.session] ?? 0,
  };
}

/** Units of the service manager (/proc/PID/cgroup, cgroups(7)), for one round of questions: that of pid 1 is read once. */
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
