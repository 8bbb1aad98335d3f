/** The ProcessSampler of Linux: everything from /proc, read again only where something can have changed. */
import type { ProcessSample, Snapshot } from "../../../core/process/process.ts";
import type { ProcessSampler } from "../../../ports/sampler.ts";
import type { SamplerOptions } from "../../backend.ts";
import { projectView } from "../../project-view.ts";
import { readInstant, type Instant } from "./clocks.ts";
import { openFilesLimit } from "../start/inherited.ts";
import { Discovery } from "./discovery.ts";
import { Looks } from "./looks.ts";
import { ENTRY } from "../proc/proc-files.ts";
import { requireOwnProc } from "../proc/this-process.ts";
import { Class } from "./roster.ts";
import { parseStatus } from "../proc/status.ts";
import type { Tracked } from "./tracked.ts";

/** Descriptors kept open for processes in view; the rest of this program needs some too. */
const MOST_HELD = 512;

/** Throws an Error with code "PROC_NAMESPACE" where /proc is not this PID namespace's own. */
export const openLinuxSampler = (options: SamplerOptions): ProcessSampler => {
  requireOwnProc();
  return new LinuxSampler(options);
};

class LinuxSampler extends Looks implements ProcessSampler {
  readonly #discovery: Discovery;
  readonly #mostHeld = Math.min(MOST_HELD, Math.floor(openFilesLimit() / 4));
  /** A process changed after its place was found: the next pass looks for members again. */
  #unsettled = true;
  #followed: ReadonlySet<number> = new Set();

  constructor(private readonly options: SamplerOptions) {
    super();
    const { identifier, msPerTick } = this.reading;
    this.#discovery = new Discovery(this.proc, identifier, msPerTick, (pid) => this.#isOurs(pid));
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
    for (const pid of this.#discovery.roster.vanished) this.drop(pid);
    for (const tracked of this.tracked.values()) changed = this.#refresh(tracked, now) || changed;
    if (changed) this.#followMembers(now);
    const processes = new Map<number, ProcessSample>();
    for (const [pid, tracked] of this.tracked)
      processes.set(pid, tracked.sample(now, this.#discovery.bunSinceMs.get(pid)));
    const { scope, projectRoot } = this.options;
    return {
      atMs: now.wallMs,
      monotonicMs,
      processes: scope === "project" ? projectView(processes, projectRoot) : processes,
      machine: this.machine(),
      ...(this.#followed.size > 0 && { followed: this.#followed }),
    };
  }

  override close(): void {
    this.#discovery[Symbol.dispose]();
    super.close();
  }

  /** By its real user id, which everybody may read: the owner of /proc/PID is root for undumpable processes. */
  #isOurs(pid: number): boolean {
    if (this.options.scope === "machine") return true;
    const length = this.proc.read(pid, ENTRY.status);
    return length > 0 && parseStatus(this.proc.latin1(length)).uid === this.options.uid;
  }

  /** True when the tree, or who runs Bun, is not what it was. */
  #refresh(tracked: Tracked, now: Instant): boolean {
    if (!tracked.refresh(now)) {
      this.drop(tracked.pid);
      return this.#discovery.forget(tracked.pid);
    }
    return this.#discovery.correct(tracked.pid, tracked.parent, tracked.runtime !== "other", now.bootMs);
  }

  /** Every Bun process and every descendant of one is tracked, and nothing else. */
  #followMembers(now: Instant): void {
    this.#unsettled = false;
    const members = this.#members();
    for (const pid of this.tracked.keys()) if (!members.has(pid)) this.drop(pid);
    for (const pid of members) {
      if (this.tracked.has(pid)) continue;
      const tracked = this.track(pid, now, this.#mostHeld);
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
}
