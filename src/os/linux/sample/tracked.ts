/** One process in view: what is known of it, and how it is read again at the least cost. */
import { classify } from "../../../core/process/classify.ts";
import { commandLine, printable } from "../../../text/mask.ts";
import type { Kind, ProcessId, ProcessSample, ProcessState, Runtime } from "../../../core/process/process.ts";
import type { Instant } from "./clocks.ts";
import { DemandMeter } from "./details.ts";
import type { Instruments } from "./instruments.ts";
import { close, pread } from "../ffi.ts";
import { actingAs } from "../proc/identify.ts";
import { splitArguments } from "../proc/lineage.ts";
import { cwdOf } from "../proc/directory.ts";
import { ScriptPlace, type Surroundings } from "../../script-path.ts";
import { ENTRY } from "../proc/proc-files.ts";
import { Field, newStat, parseStat, stateOf, statName } from "../proc/stat.ts";
import { livingThreads, memoryOfThreads } from "../proc/unreaped.ts";
import { parseStatus, type Status } from "../proc/status.ts";

/** Passes after which even a process that did not move is read in full: a chdir leaves no trace in its numbers. */
const FULL_EVERY = 16;
/** Some 2 µs each: ten times as long as an exec takes, and once for a program that has no arguments at all. */
const EXEC_READS = 500;
/**
 * No program is started and no memory gained without a page fault, none is lost without a change in resident
 * pages: while these stand still, the costly files say the same.
 */
const AROUND = [
  Field.minorFaults,
  Field.majorFaults,
  Field.residentPages,
  Field.stackStart,
  Field.state,
] as const;

export class Tracked implements Disposable {
  readonly stat = newStat();
  readonly demand = new DemandMeter();
  readonly #with: Instruments;
  readonly #before = newStat();
  /** Of /proc/PID/stat; -1 when descriptors are short. It stays bound to this process when the pid is reused. */
  readonly #fd: number;
  readonly #suspendedMs: number;
  #id: ProcessId | null = null;
  #runtime: Runtime = "other";
  /** Of its file, whatever that was told to act as. */
  #program: Runtime = "other";
  #kind: Kind = "other";
  #exePath: string | null = null;
  #argv: readonly string[] | null = null;
  #command = "";
  /** It had no arguments: in the middle of an exec perhaps, and then the ones we know are another program's. */
  #isUnread = false;
  #cwd: string | null = null;
  /** What paths name here they need not name there. */
  #isApart = false;
  readonly #script = new ScriptPlace();
  #status: Status = { uid: null, nested: null, memoryBytes: null };
  #state: ProcessState = "sleeping";
  #startTimeMs = 0;
  #passes = 0;

  constructor(
    readonly pid: number,
    instruments: Instruments,
    now: Instant,
    hold: boolean,
  ) {
    this.#with = instruments;
    this.#suspendedMs = now.suspendedMs;
    this.#fd = hold ? instruments.proc.open(pid, ENTRY.stat) : -1;
  }

  get holds(): boolean {
    return this.#fd >= 0;
  }

  get parent(): number {
    return this.stat[Field.parent] ?? 0;
  }

  get startTicks(): number {
    return this.stat[Field.startTicks] ?? 0;
  }

  /** Whether it still exists; changes nothing. Only for one whose descriptor is held. */
  isThere(): boolean {
    return pread(this.#fd, this.#with.proc.scratch) > 0;
  }

  get runtime(): Runtime {
    return this.#runtime;
  }

  /** Reads it again; false when this process is gone, whoever has its pid now. */
  refresh(now: Instant): boolean {
    this.#before.set(this.stat);
    const length = this.readStat();
    if (length < 0) return false;
    if (this.#id !== null && this.startTicks !== this.#id.startTicks) return false;
    if (
      this.#passes++ % FULL_EVERY === 0 ||
      this.#changed(...AROUND) ||
      this.#lostThreads() ||
      this.#isUnread
    )
      this.#readAround(now, length);
    // it ran: a chdir needs no page fault
    else if (this.#changed(Field.userTicks, Field.systemTicks)) this.#cwd = this.#readCwd() ?? this.#cwd;
    // Opened by pid: only a stat that can still be read proves that it was all of one process. It is not kept: the next
    // look has to see all that has changed since the executable was read.
    return this.#passes > 1 || !this.holds || this.isThere();
  }

  /** Fills `stat`; the length of the line, or -1 when the process is gone. */
  readStat(): number {
    const { proc } = this.#with;
    const length = this.holds ? pread(this.#fd, proc.scratch) : proc.read(this.pid, ENTRY.stat);
    return length > 0 && parseStat(proc.scratch, length, this.stat) ? length : -1;
  }

  #changed(...fields: readonly number[]): boolean {
    return fields.some((field) => this.stat[field] !== this.#before[field]);
  }

  /** What a zombie's memory is told by, the threads that live on, may end without a fault. */
  #lostThreads(): boolean {
    return this.#state === "zombie" && this.#changed(Field.threads);
  }

  #readAround(now: Instant, statLength: number): void {
    const name = statName(this.#with.proc.scratch, statLength);
    this.#state = stateOf(this.stat[Field.state] ?? 0);
    const isKnown = this.#id !== null;
    const executed = this.#readExecutable(now, name);
    const renewed = this.stat[Field.stackStart] !== this.#before[Field.stackStart];
    if (executed || renewed || this.#isUnread || this.#passes % FULL_EVERY === 1) {
      // Bun that starts Bun executes the same file: only its memory tells
      this.#readCommand(name, isKnown && (executed || renewed));
      if (this.#program === "compiled") this.#runtime = actingAs(this.#with.proc, this.pid);
      this.#kind = classify(this.#argv, this.#runtime);
    }
    if (executed || renewed) this.#isApart = this.#with.mounts.isApart(this.pid);
    this.#cwd = this.#readCwd() ?? this.#cwd;
    if (this.#runtime !== "other") this.#script.look(this.#argv, this.#cwd, this.#around());
    this.#readStatus();
  }

  /** True when it runs another file than before. A zombie has no executable any more: it keeps the one it had. */
  #readExecutable(now: Instant, name: string): boolean {
    const { identifier, msPerTick } = this.#with;
    const read = identifier.byExecutable(this.pid);
    if (typeof read === "number" && this.#id !== null) return false;
    const found = typeof read === "number" ? identifier.byName(this.pid, name) : read;
    if (this.#id !== null && this.#id.exe === found.exe) return false;
    if (this.#id === null)
      this.#startTimeMs = Math.round(now.wallMs - now.bootMs + this.startTicks * msPerTick);
    this.#id = { pid: this.pid, startTicks: this.startTicks, exe: found.exe };
    this.#program = found.runtime;
    this.#runtime = found.runtime;
    this.#exePath = identifier.path(this.pid);
    return true;
  }

  #readCommand(name: string, isExecuting: boolean): void {
    const { proc } = this.#with;
    let length = proc.read(this.pid, ENTRY.cmdline);
    // in the middle of an exec the program is there and its arguments are not, for a tenth of a millisecond
    const reads = isExecuting ? EXEC_READS : 0;
    for (let again = 0; length === 0 && again < reads; again++) length = proc.read(this.pid, ENTRY.cmdline);
    this.#isUnread = length === 0 && this.#state !== "zombie" && this.#state !== "dead";
    if (length > 0) {
      this.#argv = splitArguments(proc.text(length));
      this.#command = commandLine(this.#argv);
      return;
    }
    // Empty after a process has ended, and for those that never had arguments: the old ones are the better name.
    if (length === 0 && this.#argv === null) this.#argv = [];
    if (this.#command === "") this.#command = printable(name);
  }

  #readCwd(): string | null {
    const { proc, mounts } = this.#with;
    const cwd = cwdOf(proc, this.pid, this.#state === "zombie");
    return cwd === null || !this.#isApart ? cwd : mounts.directory(this.pid, cwd);
  }

  #around(): Surroundings {
    return this.#with.mounts.around(this.pid, this.parent, this.#isApart);
  }

  #readStatus(): void {
    const { proc } = this.#with;
    const length = proc.read(this.pid, ENTRY.status);
    if (length <= 0) return;
    this.#status = parseStatus(proc.latin1(length));
    if (this.#state !== "zombie" || this.#status.memoryBytes !== null) return;
    this.#status = { ...this.#status, memoryBytes: memoryOfThreads(this.pid) };
  }

  /** `bunSinceMs`: by the boot clock, where it was seen to become Bun. */
  sample(now: Instant, bunSinceMs = 0): ProcessSample {
    const { stat } = this;
    const { msPerTick, pageBytes, users } = this.#with;
    const { uid, nested, memoryBytes } = this.#status;
    const suspendedMs = now.suspendedMs - this.#suspendedMs;
    return {
      id: this.#id ?? { pid: this.pid, startTicks: this.startTicks, exe: null },
      ppid: this.parent,
      pgid: stat[Field.group] ?? 0,
      sid: stat[Field.session] ?? 0,
      uid,
      user: uid === null ? null : users.name(uid),
      runtime: this.#runtime,
      kind: this.#kind,
      exePath: this.#exePath,
      argv: this.#argv,
      command: this.#command,
      cwd: this.#cwd,
      scriptPath: this.#script.path,
      hasMoved: this.#script.hasMovedTo(this.#cwd),
      isOurScript: this.#script.isOurs,
      nested,
      foreground: stat[Field.terminal] !== 0 && stat[Field.group] === stat[Field.foregroundGroup],
      terminal: stat[Field.terminal] !== 0,
      state: this.#state,
      threads: livingThreads(this.pid, this.#state, stat[Field.threads] ?? 0),
      startTimeMs: this.#startTimeMs,
      ageMs: Math.max(0, now.bootMs - this.startTicks * msPerTick - suspendedMs),
      ...(bunSinceMs > 0 && { bunForMs: Math.max(0, now.bootMs - bunSinceMs - suspendedMs) }),
      cpuMs: ((stat[Field.userTicks] ?? 0) + (stat[Field.systemTicks] ?? 0)) * msPerTick,
      rssBytes: (stat[Field.residentPages] ?? 0) * pageBytes,
      memoryBytes,
      faults: (stat[Field.minorFaults] ?? 0) + (stat[Field.majorFaults] ?? 0),
    };
  }

  [Symbol.dispose](): void {
    if (this.holds) close(this.#fd);
  }
}
