/**
 * Which processes there are, who their parents are, and which of them run Bun: a directory pass that lists only
 * what can be new (frontier.ts) and reads only what it has not seen. What it cannot see is a known process that execs into Bun; so processes
 * younger than half a minute are looked at on every pass, and a share of the others in turn.
 */
import { eachNumber, firstProcessPosition } from "../proc/dirents.ts";
import { Frontier, NewestPid } from "./frontier.ts";
import { allocate, Errno, getdents64, seekTo } from "../ffi.ts";
import type { Identifier, Identity } from "../proc/identify.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { Class, Roster } from "./roster.ts";
import { Field, newStat, parseStat, PF_KTHREAD, statName } from "../proc/stat.ts";

/** 64 KB hold 2,000 entries: one or two calls for most machines, and it stays in the cache. */
const DIRECTORY_BYTES = 64 * 1024;

/** Shells and launchers exec into their program within moments; a long `setup; exec bun` is met in turn. */
const YOUNG_MS = 30_000;

/** Of the older ones, every 64th pid per pass: 3 µs each, all of them in 11 minutes of 10 s ticks. */
const TURNS = 64;

export class Discovery implements Disposable {
  readonly roster = new Roster();
  /**
   * Pids that were seen to be something else, and since when they have been seen to be Bun; 0 = they were Bun before they were
   * something else, and become no younger by being it again.
   */
  readonly bunSinceMs = new Map<number, number>();
  readonly #stat = newStat();
  readonly #directory = allocate(DIRECTORY_BYTES);
  readonly #words = new Uint32Array(this.#directory.buffer);
  readonly #start: number;
  readonly #newestPid: NewestPid;
  readonly #frontier: Frontier;
  readonly #vanished = new Set<number>();
  #turn = 0;

  /** `isInView`: whether this Bun process belongs to the account (or machine) that is watched. */
  constructor(
    private readonly proc: ProcFiles,
    private readonly identifier: Identifier,
    private readonly msPerTick: number,
    private readonly isInView: (pid: number) => boolean,
  ) {
    seekTo(proc.root, 0);
    this.#start = firstProcessPosition(this.#directory, getdents64(proc.root, this.#directory));
    this.#newestPid = new NewestPid(proc);
    this.#frontier = new Frontier(() => this.#newestPid.read());
  }

  /**
   * One pass; true when a process came, went, or turned into Bun. That a process went is news within a few passes;
   * who is in view is read on every pass anyway. `bootMs` is now, by the boot clock.
   */
  pass(bootMs: number): boolean {
    const { roster } = this;
    this.#scan(this.#start > 0 ? this.#frontier.advance(bootMs) : 0);
    for (const pid of roster.vanished) this.bunSinceMs.delete(pid);
    if (roster.vanished.length > 0) this.#findNewParents();
    for (const at of roster.added) this.#introduce(at);
    const turned = this.#lookAgain(bootMs);
    return turned || roster.added.length > 0 || roster.vanished.length > 0;
  }

  /** What a closer look found out about one process; true when that was news. */
  correct(pid: number, parent: number, isBun: boolean, bootMs: number): boolean {
    const at = this.roster.indexOf(pid);
    if (at < 0) return false;
    const { now } = this.roster;
    const before = now.class[at];
    const found = isBun && (before === Class.bun || this.isInView(pid)) ? Class.bun : Class.other;
    if (before === Class.other && found === Class.bun) this.#noteTurn(pid, bootMs);
    if (before === Class.bun && found === Class.other) this.#noteTurn(pid, 0);
    const news = now.parent[at] !== parent || before !== found;
    now.parent[at] = parent;
    now.class[at] = found;
    return news;
  }

  #noteTurn(pid: number, bootMs: number): void {
    if (!this.bunSinceMs.has(pid)) this.bunSinceMs.set(pid, bootMs);
  }

  /** It ended since the pass: whoever has the pid at the next one is new. Always news. */
  forget(pid: number): true {
    this.bunSinceMs.delete(pid);
    const at = this.roster.indexOf(pid);
    if (at >= 0) {
      this.roster.now.class[at] = Class.unknown;
      this.roster.now.parent[at] = 0;
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.#newestPid[Symbol.dispose]();
  }

  /** Processes up to the pid `known` are those of the pass before. */
  #scan(known: number): void {
    const { roster } = this;
    const root = this.proc.root;
    const see = (pid: number, inode: number): void => roster.see(pid, inode);
    roster.begin(known);
    // one position per pid, see firstProcessPosition; with `known` 0 this is the first process's
    seekTo(root, known === 0 ? this.#start : this.#start + known + 1);
    let length = getdents64(root, this.#directory);
    for (; length > 0; length = getdents64(root, this.#directory)) {
      eachNumber(this.#directory, this.#words, length, see);
    }
    roster.finish();
  }

  /** When a process ends, its children get another parent: only theirs can have changed. */
  #findNewParents(): void {
    const { now, vanished } = this.roster;
    this.#vanished.clear();
    for (const pid of vanished) this.#vanished.add(pid);
    for (let at = 0; at < now.length; at++) {
      if (!this.#vanished.has(now.parent[at] ?? 0)) continue;
      if (this.#readStat(now.pid[at] ?? 0) >= 0) now.parent[at] = this.#stat[Field.parent] ?? 0;
    }
  }

  #introduce(at: number): void {
    const { now } = this.roster;
    const pid = now.pid[at] ?? 0;
    const length = this.#readStat(pid);
    if (length < 0) {
      // Hidden (hidepid=1) is somebody else's; anything else is tried again.
      now.class[at] = length === -Errno.EPERM || length === -Errno.EACCES ? Class.other : Class.unknown;
      return;
    }
    now.parent[at] = this.#stat[Field.parent] ?? 0;
    now.bornMs[at] = (this.#stat[Field.startTicks] ?? 0) * this.msPerTick;
    now.class[at] =
      ((this.#stat[Field.flags] ?? 0) & PF_KTHREAD) === 0 ? this.#classOf(pid, length) : Class.kernel;
  }

  #classOf(pid: number, statLength: number): number {
    const name = statName(this.proc.scratch, statLength);
    const identity = this.#identify(pid, name);
    return identity.runtime !== "other" && this.isInView(pid) ? Class.bun : Class.other;
  }

  #identify(pid: number, name: string): Identity {
    const found = this.identifier.byExecutable(pid);
    return typeof found === "number" ? this.identifier.byName(pid, name) : found;
  }

  #lookAgain(bootMs: number): boolean {
    const { now } = this.roster;
    const turn = this.#turn++ % TURNS;
    const youngFromMs = bootMs - YOUNG_MS;
    let turned = false;
    for (let at = 0; at < now.length; at++) {
      const pid = now.pid[at] ?? 0;
      const isDue =
        (now.bornMs[at] ?? 0) >= youngFromMs || pid % TURNS === turn || now.class[at] === Class.unknown;
      if (!isDue) continue;
      if (this.#turnedIntoBun(at, pid)) {
        if (now.class[at] === Class.other) this.#noteTurn(pid, bootMs);
        now.class[at] = Class.bun;
        turned = true;
      }
    }
    return turned;
  }

  #turnedIntoBun(at: number, pid: number): boolean {
    const known = this.roster.now.class[at];
    if (known === Class.bun || known === Class.kernel) return false;
    if (known === Class.unknown) {
      this.#introduce(at);
      return this.roster.now.class[at] === Class.bun;
    }
    const found = this.identifier.byExecutable(pid);
    if (typeof found === "number")
      return found === -Errno.EACCES && this.isInView(pid) && this.#isNamedBun(pid);
    return found.runtime !== "other" && this.isInView(pid);
  }

  #isNamedBun(pid: number): boolean {
    const length = this.#readStat(pid);
    if (length < 0) return false;
    const name = statName(this.proc.scratch, length);
    return this.identifier.byName(pid, name).runtime !== "other";
  }

  /** Length of the line in the scratch buffer, or a negated errno: ESRCH when the process is gone. */
  #readStat(pid: number): number {
    const length = this.proc.read(pid, ENTRY.stat);
    if (length < 0) return length;
    return parseStat(this.proc.scratch, length, this.#stat) ? length : -Errno.ESRCH;
  }
}
