/**
 * One log file, and the spools whose lines it gets. Every byte of a spool is written to it once, whenever this process is
 * KILLed: see checkpoint.ts. Where several spools share it, or lines get a date, it gets whole lines only; else the bytes
 * as they come. What cannot be written now stays in the spool.
 */
import { messageOf } from "../../text/system-error.ts";
import type { Spool } from "../spool/spool.ts";
import { account } from "./account.ts";
import { type NotedBatch, Checkpoint } from "./checkpoint.ts";
import { CurrentFile } from "./current-file.ts";
import { Dates } from "./dates.ts";
import type { Packer } from "./packer.ts";
import { consumedOf, dated, nextPortion, type Portion } from "./portion.ts";
import { Resumption } from "./resume.ts";
import type { Rotation } from "./rotation.ts";

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

export interface LogFileOptions {
  /** What is kept about it: a path without an ending. */
  readonly notes: string;
  readonly packer: Packer;
  readonly onTrouble: OnTrouble;
}

export interface LogFileSettings {
  readonly dateFormat: string | null;
  readonly rotation: Rotation;
}

/** Why its lines do not reach it; null = they do again. */
export type OnTrouble = (path: string, why: string | null) => void;

export type Reached = "all" | "more" | "stuck";

export class LogFile implements Disposable {
  readonly flows = new Set<Flow>();
  readonly #file: CurrentFile;
  readonly #checkpoint: Checkpoint;
  #dates: Dates | null = null;
  /** In the middle of whose line the file ends; "unknown": of one that is not here any more. */
  #unfinished: Flow | "unknown" | null = null;
  #trouble: string | null = null;
  readonly #resumption: Resumption;
  readonly #onTrouble: OnTrouble;

  constructor(path: string, settings: LogFileSettings, { notes, packer, onTrouble }: LogFileOptions) {
    this.#onTrouble = onTrouble;
    this.#file = new CurrentFile(path, notes, settings.rotation, packer);
    this.#checkpoint = new Checkpoint(`${notes}.at`);
    this.configure(settings);
    this.#resumption = new Resumption(path, this.#checkpoint);
  }

  /** Of all that share it, the last one says. */
  configure({ dateFormat, rotation }: LogFileSettings): void {
    this.#dates = dateFormat === null ? null : new Dates(dateFormat);
    this.#file.rotation = rotation;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Why lines do not reach it now; null = they do. */
  get trouble(): string | null {
    return this.#trouble;
  }

  attach(spool: Spool): Flow {
    const offset = this.#resumption.startOf(spool, chunk);
    const slot = this.#checkpoint.take(spool.id, offset);
    const flow: Flow = { spool, log: this, slot, offset, searched: offset };
    this.flows.add(flow);
    if (this.#unfinished === "unknown") this.#findUnfinished(false);
    return flow;
  }

  /** Its spool is read to the end, or goes. */
  detach(flow: Flow): void {
    this.flows.delete(flow);
    this.#checkpoint.leave(flow.slot);
    if (this.#unfinished === flow) this.#unfinished = "unknown";
  }

  /** Writes what its spool has, in portions, until `most` bytes are written. */
  take(flow: Flow, most: number): Reached {
    for (let written = 0; ;) {
      if (!this.#isReady()) return flow.offset < flow.spool.size ? "stuck" : "all";
      const portion = nextPortion(flow, chunk, this.#file.room, this.#isShared);
      if (portion === null) return "all";
      if (!this.#put(flow, portion)) return "stuck";
      if (portion.isLast) return "all";
      written += portion.to - portion.from;
      if (written >= most) return "more";
    }
  }

  /** Ends a line that its spool does not end. */
  end(flow: Flow): void {
    if (this.take(flow, Infinity) !== "all") return;
    const { size } = flow.spool;
    // a shared file did not get it yet
    const rest: Portion = { from: flow.offset, to: size, bytes: null, isWhole: false, isLast: true };
    if (rest.from < size && !this.#put(flow, rest)) return;
    if (this.#unfinished !== flow) return;
    if (this.#guarded(() => this.#file.append(NEWLINE_BYTES))) this.#unfinished = null;
  }

  /** What is before that is left out, or the spool begins anew. */
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
    if (!this.#isReady()) return;
    this.settle();
    if (this.#guarded(() => this.#file.empty())) this.#unfinished = null;
  }

  rotate(): void {
    if (!this.#isReady() || this.#file.stat.size === 0) return;
    this.settle();
    this.#guarded(() => this.#file.putAside());
  }

  [Symbol.dispose](): void {
    this.settle();
    this.#file[Symbol.dispose]();
    this.#checkpoint[Symbol.dispose]();
  }

  get #isShared(): boolean {
    return this.flows.size > 1 || this.#dates !== null;
  }

  /** Where bytes can be appended now. */
  #isReady(): boolean {
    return this.#guarded(() => {
      if (this.#file.refresh()) this.#findUnfinished(this.#file.endsLine());
      else if (this.#file.stat.size === 0) this.#unfinished = null;
      if (this.#unfinished !== null || !this.#file.isDue()) return;
      this.settle();
      this.#file.putAside();
    });
  }

  /** The line that the file ends in is of whoever wrote last. */
  #findUnfinished(isWhole: boolean): void {
    this.#unfinished = isWhole ? null : "unknown";
    if (isWhole) return;
    const last = this.#checkpoint.noted?.slot;
    for (const flow of this.flows) if (flow.slot === last) this.#unfinished = flow;
  }

  /** false: it cannot be written now; what of it was, is accounted for. */
  #put(flow: Flow, portion: Portion): boolean {
    const { stat } = this.#file;
    const isLed = this.#unfinished !== null && this.#unfinished !== flow;
    const batch: NotedBatch = {
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
      this.#file.noteTime(Date.now());
      if (isLed) this.#file.append(NEWLINE_BYTES);
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

  #brokeOff(flow: Flow, batch: NotedBatch, isNoted: boolean): void {
    if (isNoted) {
      this.#guarded(() => {
        flow.offset = consumedOf(flow.spool, batch, account(this.#file.fd, batch), chunk);
        this.#unfinished = this.#file.endsLine() ? null : flow.offset > batch.from ? flow : this.#unfinished;
      });
    }
    this.#guarded(() => this.#checkpoint.amend(flow.offset));
  }

  #write({ spool }: Flow, { from, to, bytes }: Portion): void {
    const dates = this.#dates;
    if (bytes !== null)
      return this.#file.append(dates === null ? bytes : dated(bytes, dates.prefix(Date.now())));
    if (dates !== null) this.#file.append(dates.prefix(Date.now()));
    for (let at = from; at < to;) {
      const length = spool.read(chunk, at, Math.min(chunk.length, to - at));
      if (length === 0) throw new Error(`${spool.path} was cut off while it was read`);
      this.#file.append(chunk.subarray(0, length));
      at += length;
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
