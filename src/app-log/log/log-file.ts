/**
 * One log file, and the spools whose lines it gets. Every byte of a spool is written to it once, whenever this process is
 * KILLed: see checkpoint.ts. Where several spools share it, or lines get a date, it gets whole lines only; else the bytes
 * as they come. What cannot be written now stays in the spool.
 */
import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, type Stats, writeSync } from "node:fs";
import { openBelieved } from "../../trust/open.ts";
import { messageOf } from "../../text/system-error.ts";
import { HEAD_BYTES, type Spool } from "../spool/spool.ts";
import { account, endsLine, NOTHING, type Written } from "./account.ts";
import { type Batch, Checkpoint } from "./checkpoint.ts";
import { Dates } from "./dates.ts";
import { findFile, openLog } from "./place.ts";
import { afterLines, dated, linesBefore, nextPortion, type Portion } from "./portion.ts";
import { type Rotation, Rotations } from "./rotation.ts";

const NEWLINE_BYTES = Buffer.from("\n");
/** For all log files: only one is written at a time. */
const chunk = Buffer.allocUnsafeSlow(256 * 1_024);

/** One spool into one log file. */
export interface Flow {
  readonly spool: Spool;
  readonly log: LogFile;
  readonly slot: number;
  /** Everything before it is in the log file. */
  offset: number;
  /** From `offset` to here there is no end of a line. */
  searched: number;
}

export interface LogOptions {
  readonly dateFormat: string | null;
  readonly rotation: Rotation;
}

/** Why its lines do not reach it; null = they do again. */
export type OnTrouble = (path: string, why: string | null) => void;

export type Taken = "all" | "more" | "stuck";

export class LogFile implements Disposable {
  readonly path: string;
  readonly flows = new Set<Flow>();
  readonly #checkpoint: Checkpoint;
  readonly #rotations: Rotations;
  #dates: Dates | null = null;
  #fd: number | null = null;
  #stat: Stats | null = null;
  /** In the middle of whose line the file ends; "unknown": of one that is not here any more. */
  #unfinished: Flow | "unknown" | null = null;
  #trouble: string | null = null;
  /** What a SIGKILL left under way, and how much of it got here. */
  readonly #torn: { readonly batch: Batch; readonly written: Written } | null;
  readonly #onTrouble: OnTrouble;

  constructor(path: string, checkpointPath: string, options: LogOptions, onTrouble: OnTrouble) {
    this.path = path;
    this.#onTrouble = onTrouble;
    this.#checkpoint = new Checkpoint(checkpointPath);
    this.#rotations = new Rotations(path, options.rotation);
    this.configure(options);
    this.#torn = this.#recover();
  }

  /** Of all that share it, the last one says. */
  configure({ dateFormat, rotation }: LogOptions): void {
    this.#dates = dateFormat === null ? null : new Dates(dateFormat);
    this.#rotations.policy = rotation;
  }

  /** Why lines do not reach it now; null = they do. */
  get trouble(): string | null {
    return this.#trouble;
  }

  attach(spool: Spool): Flow {
    const known = this.#checkpoint.slotOf(spool.id);
    const offset = this.#startOf(spool, known);
    const slot = this.#checkpoint.take(spool.id, offset);
    const flow: Flow = { spool, log: this, slot, offset, searched: offset };
    this.flows.add(flow);
    this.#findUnfinished();
    return flow;
  }

  /** Its spool is read to the end, or goes. */
  detach(flow: Flow): void {
    this.flows.delete(flow);
    this.#checkpoint.leave(flow.slot);
    if (this.#unfinished === flow) this.#unfinished = "unknown";
  }

  /** Writes what its spool has, in portions, until `most` bytes are written. */
  take(flow: Flow, most: number): Taken {
    for (let written = 0; ;) {
      if (!this.#isReady()) return flow.offset < flow.spool.size ? "stuck" : "all";
      const portion = nextPortion(flow, chunk, this.#room(), this.#isShared);
      if (portion === null) return "all";
      if (!this.#put(flow, portion)) return "stuck";
      written += portion.to - portion.from;
      if (written >= most) return "more";
    }
  }

  /** Leaves out what is oldest, up to the end of a line, until at most `most` bytes wait. Returns how many lines. */
  skip(flow: Flow, most: number): number {
    const { lines, end } = linesBefore(flow.spool, flow.offset, flow.spool.size - most, chunk);
    if (lines > 0) this.moveTo(flow, end);
    return lines;
  }

  /** Ends a line that its spool does not end. */
  end(flow: Flow): void {
    if (this.take(flow, Infinity) !== "all") return;
    const { size } = flow.spool;
    // a shared file did not get it yet
    const rest: Portion = { from: flow.offset, to: size, bytes: null, isWhole: false };
    if (rest.from < size && !this.#put(flow, rest)) return;
    if (this.#unfinished !== flow) return;
    if (this.#guarded(() => this.#append(NEWLINE_BYTES))) this.#unfinished = null;
  }

  /** Its spool was emptied, or has been marked anew: what comes begins there. */
  moveTo(flow: Flow, offset: number): void {
    flow.offset = offset;
    flow.searched = offset;
    this.#guarded(() => this.#checkpoint.take(flow.spool.id, offset));
  }

  /** Nothing is under way: whatever becomes of the file from now on, nothing is written twice. */
  settle(): void {
    const noted = this.#checkpoint.noted;
    if (noted === null || noted.from === noted.to) return;
    this.#guarded(() => this.#checkpoint.note({ ...noted, from: noted.to }));
  }

  truncate(): void {
    this.#guarded(() => {
      if (!this.#isReady() || this.#fd === null) return;
      this.settle();
      ftruncateSync(this.#fd);
      this.#unfinished = null;
    });
  }

  rotate(): void {
    if (this.#isReady() && (this.#stat?.size ?? 0) > 0) this.#putAside();
  }

  [Symbol.dispose](): void {
    this.settle();
    this.#close();
    this.#checkpoint[Symbol.dispose]();
  }

  get #isShared(): boolean {
    return this.flows.size > 1 || this.#dates !== null;
  }

  /** How much may be written before it is put aside. */
  #room(): number {
    return this.#rotations.maxBytes - (this.#stat?.size ?? 0);
  }

  /** Opens it, also when somebody removed it or put it aside. */
  #isReady(): boolean {
    return this.#guarded(() => {
      const there = lstatSync(this.path, { throwIfNoEntry: false });
      const isSame = this.#fd !== null && there?.ino === this.#stat?.ino && there?.dev === this.#stat?.dev;
      if (isSame && there !== undefined) this.#stat = there;
      else this.#open();
      const size = this.#stat?.size ?? 0;
      if (size === 0) this.#unfinished = null;
      if (size > 0 && this.#unfinished === null && this.#rotations.isDue(size)) this.#putAside();
    });
  }

  #open(): void {
    this.#close();
    this.#fd = openLog(this.path);
    this.#stat = fstatSync(this.#fd);
    this.#unfinished = endsLine(this.#fd) ? null : "unknown";
    this.#findUnfinished();
    this.#rotations.opened(this.#stat);
  }

  /** The line that the file ends in is of whoever wrote last. */
  #findUnfinished(): void {
    if (this.#unfinished !== "unknown") return;
    const last = this.#checkpoint.noted?.slot;
    for (const flow of this.flows) if (flow.slot === last) this.#unfinished = flow;
  }

  #close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #putAside(): void {
    this.settle();
    if (this.#fd === null || !this.#rotations.putAside(this.#fd)) return;
    this.#fd = null;
    this.#open();
  }

  /** false: it cannot be written now; what of it was, is accounted for. */
  #put(flow: Flow, portion: Portion): boolean {
    const stat = this.#stat;
    if (stat === null) return false;
    const isLed = this.#unfinished !== null && this.#unfinished !== flow;
    const batch: Batch = {
      slot: flow.slot,
      from: portion.from,
      to: portion.to,
      device: stat.dev,
      inode: stat.ino,
      before: stat.size,
      isLed,
      isLines: this.#isShared,
      isDated: this.#dates !== null,
    };
    let isNoted = false;
    const isDone = this.#guarded(() => {
      this.#checkpoint.note(batch);
      isNoted = true;
      if (isLed) this.#append(NEWLINE_BYTES);
      this.#write(flow, portion);
    });
    if (isDone) this.#wrote(flow, portion);
    else this.#brokeOff(flow, batch, isNoted);
    flow.searched = flow.offset;
    return isDone;
  }

  #wrote(flow: Flow, { to, isWhole }: Portion): void {
    flow.offset = to;
    this.#unfinished = isWhole ? null : flow;
    if (this.#trouble === null) return;
    this.#trouble = null;
    this.#onTrouble(this.path, null);
  }

  #brokeOff(flow: Flow, batch: Batch, isNoted: boolean): void {
    const fd = this.#fd;
    if (isNoted && fd !== null) {
      this.#guarded(() => {
        flow.offset = consumed(flow.spool, batch, account(fd, batch));
        this.#unfinished = endsLine(fd) ? null : flow.offset > batch.from ? flow : this.#unfinished;
      });
    }
    this.#guarded(() => this.#checkpoint.amend(flow.offset));
  }

  #write({ spool }: Flow, { from, to, bytes }: Portion): void {
    const dates = this.#dates;
    if (bytes !== null) return this.#append(dates === null ? bytes : dated(bytes, dates.prefix(Date.now())));
    if (dates !== null) this.#append(dates.prefix(Date.now()));
    for (let at = from; at < to;) {
      const length = spool.read(chunk, at, Math.min(chunk.length, to - at));
      if (length === 0) throw new Error(`${spool.path} was cut off while it was read`);
      this.#append(chunk.subarray(0, length));
      at += length;
    }
  }

  #append(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd ?? -1, bytes, at);
  }

  /** Where a spool is read from: after a SIGKILL the size of the file says it. */
  #startOf(spool: Spool, slot: number): number {
    if (!spool.isWhole()) return 0;
    // nothing of it belongs here before somebody says so
    if (slot < 0) return spool.isNew ? HEAD_BYTES : Math.max(HEAD_BYTES, spool.size);
    const torn = this.#torn;
    const noted = this.#checkpoint.noted;
    const offset =
      torn?.batch.slot === slot && noted === torn.batch
        ? consumed(spool, torn.batch, torn.written)
        : noted?.slot === slot
          ? noted.to
          : this.#checkpoint.offsetOf(slot);
    return Math.min(Math.max(HEAD_BYTES, offset), Math.max(HEAD_BYTES, spool.size));
  }

  #recover(): { readonly batch: Batch; readonly written: Written } | null {
    const batch = this.#checkpoint.noted;
    if (batch === null || batch.from === batch.to) return null;
    const path = findFile(this.path, batch.device, batch.inode);
    // removed with what was written: it is written once more
    if (path === null) return { batch, written: NOTHING };
    const fd = openBelieved(path, constants.O_RDWR);
    try {
      return { batch, written: account(fd, batch) };
    } finally {
      closeSync(fd);
    }
  }

  /** false, and the reason in `trouble`, where the system refuses something. */
  #guarded(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      const before = this.#trouble;
      this.#trouble = messageOf(error);
      if (before === null) this.#onTrouble(this.path, this.#trouble);
      return false;
    }
  }
}

/** How far a batch got in its spool. */
const consumed = (spool: Spool, { from, isDated }: Batch, { bytes, lines }: Written): number =>
  isDated ? afterLines(spool, from, lines, chunk) : from + bytes;
