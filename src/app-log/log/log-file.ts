/**
 * This is one log file, with the spools whose lines it gets. Every byte of a spool is written to it once,
 * whenever this process is KILLed: see checkpoint.ts. If spools share it, or lines get a date, it gets whole
 * lines only, else the bytes as they come. Bytes that cannot be written stay in the spool.
 */
import { shortId } from "../spool/names.ts";
import type { Spool } from "../spool/spool.ts";
import { account } from "./account.ts";
import { Checkpoint, isLed, NO_LINE, type NotedBatch, SOMEBODY } from "./checkpoint.ts";
import { CurrentFile } from "./current-file.ts";
import { Dates } from "./dates.ts";
import type { Packer } from "./packer.ts";
import { consumedOf, nextPortion, piecesOf, type Portion } from "./portion.ts";
import { Resumption } from "./resume.ts";
import { type OnTrouble, Refusals } from "./refusals.ts";
import type { Rotation } from "./rotation.ts";

const NEWLINE_BYTES = Buffer.from("\n");
/** All log files share this buffer: only one is written at a time. */
const chunk = Buffer.allocUnsafeSlow(256 * 1_024);

/** The way from one spool into one log file. */
export interface Flow {
  readonly spool: Spool;
  readonly log: LogFile;
  readonly slot: number;
  /** Everything before it is in the log file. */
  offset: number;
  /** From `offset` to here there is no end of a line. */
  searched: number;
  /** Looks how far the spool may be read now. */
  readonly look: () => void;
}

/** How far a flow has come: all of its spool is written, there is more to write, or the log file takes no more. */
export type Reached = "all" | "more" | "stuck";

interface LogFileOptions {
  /** The path, without an ending, of what is kept about the file. */
  readonly notes: string;
  readonly packer: Packer;
  readonly onTrouble: OnTrouble;
}

interface LogFileSettings {
  readonly dateFormat: string | null;
  readonly rotation: Rotation;
}

export class LogFile implements Disposable {
  readonly flows = new Set<Flow>();
  readonly #file: CurrentFile;
  readonly #checkpoint: Checkpoint;
  #dates: Dates | null = null;
  /** The slot of the flow whose line the file ends in the middle of; also NO_LINE or SOMEBODY. */
  #lineOf: number;
  readonly #resumption: Resumption;
  readonly #refusals: Refusals;

  constructor(path: string, settings: LogFileSettings, { notes, packer, onTrouble }: LogFileOptions) {
    this.#refusals = new Refusals(path, onTrouble);
    this.#file = new CurrentFile(path, notes, settings.rotation, packer);
    this.configure(settings);
    using opened = new DisposableStack();
    this.#checkpoint = opened.use(new Checkpoint(`${notes}.at`));
    this.#resumption = new Resumption(path, this.#checkpoint);
    this.#lineOf = this.#resumption.lineOf;
    opened.move();
  }

  /** If several apps share the file, the settings that came last hold. */
  configure({ dateFormat, rotation }: LogFileSettings): void {
    this.#dates = dateFormat === null ? null : new Dates(dateFormat);
    this.#file.rotation = rotation;
  }

  get path(): string {
    return this.#file.path;
  }

  /** The reason why lines do not reach the file now; null = they do. */
  get trouble(): string | null {
    return this.#refusals.why;
  }

  attach(spool: Spool, look: () => void): Flow {
    const offset = this.#resumption.startOf(spool, chunk);
    const slot = this.#checkpoint.take(spool.id, offset, this.#lineOf);
    const flow: Flow = { spool, log: this, slot, offset, searched: offset, look };
    this.flows.add(flow);
    return flow;
  }

  /** To be called when the flow's spool has been read to its end, or is removed. */
  detach(flow: Flow): void {
    this.flows.delete(flow);
    this.settle();
    // the slot may be another one's next
    if (this.isInLineOf(flow)) this.#amend(this.#checkpoint.noted?.to ?? 0, SOMEBODY);
    this.#checkpoint.leave(flow.slot);
  }

  /** Writes what the flow's spool has, in portions, until `most` bytes are written. */
  take(flow: Flow, most: number): Reached {
    this.#goOnWithLine(flow);
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

  /** If the end of the line that the file ends in the middle of is in its spool, it comes before other lines. */
  #goOnWithLine(flow: Flow): void {
    if (this.#lineOf === NO_LINE || this.isInLineOf(flow)) return;
    const other = [...this.flows].find((one) => this.isInLineOf(one));
    if (other === undefined) return;
    other.look();
    this.take(other, 0);
  }

  isInLineOf(flow: Flow): boolean {
    return this.#lineOf === flow.slot;
  }

  /** Ends the last line where the spool does not end it. false: the file takes no more. */
  end(flow: Flow): boolean {
    if (this.take(flow, Infinity) !== "all") return false;
    const { end } = flow.spool;
    // a shared file gets whole lines only, so that it did not get this rest yet
    const rest: Portion = { from: flow.offset, to: end, bytes: null, isWhole: false, isLast: true };
    // the file may have grown since it was looked at
    if (rest.from < end && !(this.#isReady() && this.#put(flow, rest))) return false;
    if (!this.isInLineOf(flow)) return true;
    const isEnded = this.#refusals.guards(() => this.#file.append(NEWLINE_BYTES));
    if (isEnded) this.#lineOf = NO_LINE;
    return isEnded;
  }

  /** The bytes before `offset` are left out, or the spool begins anew. */
  moveTo(flow: Flow, offset: number): void {
    flow.offset = offset;
    flow.searched = offset;
    this.#refusals.guards(() => this.#checkpoint.take(flow.spool.id, offset, this.#lineOf));
  }

  /** What is between here and `offset` is lost, and a line may have begun or ended there. */
  leaveOut(flow: Flow, offset: number): void {
    if (this.isInLineOf(flow)) this.#lineOf = SOMEBODY;
    this.moveTo(flow, offset);
  }

  /** Notes that nothing is under way. Whatever becomes of the file from now on, nothing is written twice. */
  settle(): void {
    const noted = this.#checkpoint.noted;
    if (noted === null || noted.from === noted.to) return;
    this.#amend(noted.to, this.#lineOf);
  }

  truncate(): void {
    if (!this.#isReady()) return;
    this.settle();
    if (this.#refusals.guards(() => this.#file.empty())) this.#lineOf = NO_LINE;
  }

  rotate(): void {
    if (!this.#isReady() || this.#file.stat.size === 0) return;
    this.settle();
    this.#refusals.guards(() => this.#file.putAside());
  }

  [Symbol.dispose](): void {
    this.settle();
    this.#file[Symbol.dispose]();
    this.#checkpoint[Symbol.dispose]();
  }

  get #isShared(): boolean {
    return this.flows.size > 1 || this.#dates !== null;
  }

  /** Tells whether bytes can be appended now. */
  #isReady(): boolean {
    return this.#refusals.guards(() => {
      const isAnother = this.#file.refresh();
      if (this.#file.stat.size === 0 || (isAnother && this.#file.endsLine())) this.#lineOf = NO_LINE;
      else if (isAnother && this.#lineOf === NO_LINE) this.#lineOf = SOMEBODY;
      if (this.#lineOf !== NO_LINE || !this.#file.isDue()) return;
      this.settle();
      this.#file.putAside();
    });
  }

  #amend(offset: number, lineOf: number): void {
    this.#lineOf = lineOf;
    this.#refusals.guards(() => this.#checkpoint.amend(offset, lineOf));
  }

  /** false: the portion cannot be written now, and the part of it that was written is accounted for. */
  #put(flow: Flow, portion: Portion): boolean {
    const { stat } = this.#file;
    const batch: NotedBatch = {
      slot: flow.slot,
      from: portion.from,
      to: portion.to,
      device: stat.dev,
      inode: stat.ino,
      before: stat.size,
      lineOf: this.#lineOf,
      isLines: this.#isShared,
      isDated: this.#dates !== null,
    };
    let isNoted = false;
    const isDone = this.#refusals.guards(() => {
      this.#checkpoint.note(batch);
      isNoted = true;
      this.#file.noteTime(Date.now(), shortId(flow.spool.id));
      if (isLed(batch)) this.#file.append(NEWLINE_BYTES);
      const prefix = this.#dates?.prefix(Date.now()) ?? null;
      for (const piece of piecesOf(flow.spool, portion, prefix, chunk)) this.#file.append(piece);
    });
    if (isDone) this.#wrote(flow, portion);
    else this.#brokeOff(flow, batch, isNoted);
    flow.searched = flow.offset;
    return isDone;
  }

  #wrote(flow: Flow, { to, isWhole }: Portion): void {
    flow.offset = to;
    this.#lineOf = isWhole ? NO_LINE : flow.slot;
    this.#refusals.end();
  }

  #brokeOff(flow: Flow, batch: NotedBatch, isNoted: boolean): void {
    let { lineOf } = batch;
    if (isNoted)
      this.#refusals.guards(() => {
        flow.offset = consumedOf(flow.spool, batch, account(this.#file.fd, batch), chunk);
        if (this.#file.endsLine()) lineOf = NO_LINE;
        else if (flow.offset > batch.from) lineOf = flow.slot;
      });
    this.#amend(flow.offset, lineOf);
  }
}
