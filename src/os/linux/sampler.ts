/** The ProcessSampler of Linux: everything from /proc, read again only where something can have changed. */
import type { Details, Machine, ProcessSample, Snapshot } from "../../core/process.ts";
import type { ProcessSampler, Reading } from "../../ports.ts";
import type { SamplerOptions } from "../backend.ts";
import { readInstant, type Instant } from "./clocks.ts";
import { DemandMeter } from "./demand.ts";
import { openFilesLimit } from "./descriptors.ts";
import { readDetails } from "./details.ts";
import { Discovery } from "./discovery.ts";
import { EvidenceReader } from "./evidence/reader.ts";
import { pageBytes, ticksPerSecond } from "./ffi.ts";
import { Identifier } from "./identify.ts";
import { ancestorsOf, describeProcess } from "./lineage.ts";
import { MachineReader } from "./machine.ts";
import { MountView } from "./mount-view.ts";
import { ENTRY, ProcFiles } from "./proc-files.ts";
import { projectView } from "../project-view.ts";
import { requireOwnProc } from "./require-own-proc.ts";
import { Class } from "./roster.ts";
import { Field, newStat, parseStat } from "./stat.ts";
import { parseStatus } from "./status.ts";
import { TrafficReader } from "./traffic/traffic.ts";
import { Tracked } from "./tracked.ts";
import { Users } from "../users.ts";

/** Descriptors kept open for processes in view; the rest of this program needs some too. */
const MOST_HELD = 512;

/** Throws an Error with code "PROC_NAMESPACE" where /proc is not this PID namespace's own. */
export const openLinuxSampler = (options: SamplerOptions): ProcessSampler => {
  requireOwnProc();
  return new LinuxSampler(options);
};

class LinuxSampler implements ProcessSampler {
  readonly #options: SamplerOptions;
  readonly #proc = new ProcFiles();
  readonly #machine = new MachineReader();
  readonly #reading = {
    proc: this.#proc,
    identifier: new Identifier(this.#proc),
    mounts: new MountView(this.#proc),
    users: new Users(),
    msPerTick: 1000 / ticksPerSecond(),
    pageBytes: pageBytes(),
  };
  readonly #discovery: Discovery;
  readonly #tracked = new Map<number, Tracked>();
  readonly #mostHeld = Math.min(MOST_HELD, Math.floor(openFilesLimit(this.#proc) / 4));
  #held = 0;
  /** A process changed after its place was found: the next pass looks for members again. */
  #unsettled = true;

  #followed: ReadonlySet<number> = new Set();

  constructor(options: SamplerOptions) {
    this.#options = options;
    const { identifier, msPerTick } = this.#reading;
    this.#discovery = new Discovery(this.#proc, identifier, msPerTick, (pid) => this.#isOurs(pid));
  }

  follow(pids: ReadonlySet<number>): void {
    const isSame = pids.size === this.#followed.size && [...pids].every((pid) => this.#followed.has(pid));
    if (isSame) return;
    this.#followed = new Set([...pids].filter((pid) => this.#isOurs(pid)));
    this.#unsettled = true;
  }

  sample(): Snapshot {
    // not at the end: ages are told as of this instant, and by both it is told who was born before whose end
    const monotonicMs = performance.now();
    const now = readInstant();
    let changed = this.#discovery.pass(now.bootMs) || this.#unsettled;
    for (const pid of this.#discovery.roster.vanished) this.#drop(pid);
    for (const tracked of this.#tracked.values()) changed = this.#refresh(tracked, now) || changed;
    if (changed) this.#followMembers(now);
    const processes = new Map<number, ProcessSample>();
    for (const [pid, tracked] of this.#tracked)
      processes.set(pid, tracked.sample(now, this.#discovery.bunSinceMs.get(pid)));
    const { scope, projectRoot } = this.#options;
    return {
      atMs: now.wallMs,
      monotonicMs,
      processes: scope === "project" ? projectView(processes, projectRoot) : processes,
      machine: this.#machine.read(),
      ...(this.#followed.size > 0 && { followed: this.#followed }),
    };
  }

  inspect(wanted: ReadonlyMap<ProcessSample, ReadonlySet<Reading>>): Map<number, Details> {
    const found = new Map<number, Details>();
    const evidence = new EvidenceReader(this.#proc);
    const traffic = new TrafficReader(this.#proc);
    for (const [process, readings] of wanted) {
      const { pid } = process.id;
      if (!this.#isThere(process)) continue;
      const details = readDetails(this.#proc, pid, readings, this.#demandOf(process), evidence, traffic);
      // What was read by pid is of this process only if that still has the pid afterwards.
      if (this.#isThere(process)) found.set(pid, details);
    }
    return found;
  }

  machine(): Machine {
    return this.#machine.read();
  }

  describe(pid: number): string | null {
    return describeProcess(this.#proc, pid);
  }

  ancestors(pid: number): readonly number[] {
    return ancestorsOf(this.#proc, pid);
  }

  close(): void {
    for (const pid of this.#tracked.keys()) this.#drop(pid);
    this.#discovery[Symbol.dispose]();
    this.#machine[Symbol.dispose]();
    this.#proc[Symbol.dispose]();
  }

  /** By its real user id, which everybody may read: the owner of /proc/PID is root for undumpable processes. */
  #isOurs(pid: number): boolean {
    if (this.#options.scope === "machine") return true;
    const length = this.#proc.read(pid, ENTRY.status);
    return length > 0 && parseStatus(this.#proc.latin1(length)).uid === this.#options.uid;
  }

  /** True when the tree, or who runs Bun, is not what it was. */
  #refresh(tracked: Tracked, now: Instant): boolean {
    if (!tracked.refresh(now)) {
      this.#drop(tracked.pid);
      return this.#discovery.forget(tracked.pid);
    }
    return this.#discovery.correct(tracked.pid, tracked.parent, tracked.runtime !== "other", now.bootMs);
  }

  /** Every Bun process and every descendant of one is tracked, and nothing else. */
  #followMembers(now: Instant): void {
    this.#unsettled = false;
    const members = this.#members();
    for (const pid of this.#tracked.keys()) if (!members.has(pid)) this.#drop(pid);
    for (const pid of members) {
      if (this.#tracked.has(pid)) continue;
      const tracked = new Tracked(pid, this.#reading, now, this.#held < this.#mostHeld);
      if (tracked.holds) this.#held++;
      this.#tracked.set(pid, tracked);
      this.#unsettled = this.#refresh(tracked, now) || this.#unsettled;
    }
  }

  #members(): Set<number> {
    const { now } = this.#discovery.roster;
    const members = new Set<number>();
    for (let at = 0; at < now.length; at++) {
      const pid = now.pid[at] ?? 0;
      if (now.class[at] === Class.bun || this.#followed.has(pid)) members.add(pid);
    }
    // Children mostly have higher pids than their parents: two or three walks, not one per generation.
    for (let before = -1; before !== members.size;) {
      before = members.size;
      for (let at = 0; at < now.length; at++) {
        if (members.has(now.parent[at] ?? 0)) members.add(now.pid[at] ?? 0);
      }
    }
    return members;
  }

  #drop(pid: number): void {
    const tracked = this.#tracked.get(pid);
    if (tracked === undefined) return;
    if (tracked.holds) this.#held--;
    tracked[Symbol.dispose]();
    this.#tracked.delete(pid);
  }

  /** Whether the pid still belongs to the process that was sampled. */
  #isThere(process: ProcessSample): boolean {
    const { pid, startTicks } = process.id;
    const tracked = this.#tracked.get(pid);
    if (tracked?.startTicks === startTicks && tracked.holds) return tracked.isThere();
    const length = this.#proc.read(pid, ENTRY.stat);
    const stat = newStat();
    return length > 0 && parseStat(this.#proc.scratch, length, stat) && stat[Field.startTicks] === startTicks;
  }

  /** Kept with the process, so that the number does not fall when one of its threads ends. */
  #demandOf({ id }: ProcessSample): DemandMeter {
    const tracked = this.#tracked.get(id.pid);
    return tracked?.startTicks === id.startTicks ? tracked.demand : new DemandMeter();
  }
}
