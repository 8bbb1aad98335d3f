/** A course is the way of one stream of an instance: its spool, and the log files that get what is in it. */
import { rmSync } from "node:fs";
import { basename } from "node:path";
import { plural } from "../text/style.ts";
import { bytes } from "../text/wording.ts";
import type { Flow, LogFile, Reached } from "./log/log-file.ts";
import { linesBefore } from "./log/portion.ts";
import { LineWatch } from "./spool/line-watch.ts";
import { lastLinesOf } from "./spool/last-lines.ts";
import { type Gap, HEAD_BYTES, Spool } from "./spool/spool.ts";

/** So many bytes may wait in a spool for a log file that takes nothing; if there are more, so many go. */
const [MOST_WAITING_BYTES, DROPPED_BYTES] = [1_024 ** 3, 64 * 1_024 ** 2];
/** If its app empties a spool, we empty it as well once it is read, as long as it is no larger than this. */
const EMPTIED_BYTES = 64 * 1_024;

export class Course implements Disposable {
  readonly key: string;
  readonly name: string;
  readonly spool: Spool;
  isOver = false;
  /** The last `take` wrote something. */
  hasMoved = false;
  /** Its spool cannot be read. */
  isFailing = false;
  /** The number of starts. */
  run = 0;
  #flows: readonly Flow[] = [];
  readonly #watches = new Set<LineWatch>();
  /** The app emptied the spool (`echo … > /dev/stderr`), and may do so again. */
  #isEmptied: boolean;
  /**
   * Runs end here in the middle of a line, and neither the spool nor a log file had room for its end: what
   * comes next must not continue it.
   */
  #seams: number[];
  /** The bytes of gaps. */
  #leftOut = 0;
  #leftOutTold = 0;

  readonly #onLoss: (lines: number, words: string) => void;

  constructor(key: string, path: string, onLoss: (lines: number, words: string) => void) {
    this.key = key;
    this.#onLoss = onLoss;
    this.name = basename(path);
    this.spool = new Spool(path);
    this.#isEmptied = !this.spool.isWhole();
    const { runStart } = this.spool;
    this.#seams = this.spool.endsLine(runStart) ? [] : [runStart];
  }

  logs(): readonly LogFile[] {
    return this.#flows.map(({ log }) => log);
  }

  /** From now on lines go into these files. Lines that a dropped file could not take go to new ones. */
  lead(logs: readonly LogFile[]): void {
    const gone = this.#flows.filter(({ log }) => !logs.includes(log));
    for (const flow of gone) {
      flow.log.end(flow);
      flow.log.detach(flow);
    }
    const kept = this.#flows.filter((flow) => !gone.includes(flow));
    const added = logs.filter((log) => !kept.some((flow) => flow.log === log));
    const left = Math.min(...gone.map(({ offset }) => offset));
    this.#flows = [...kept, ...added.map((log) => log.attach(this.spool, this.#look))];
    for (const flow of this.#flows)
      if (added.includes(flow.log) && left < flow.offset) flow.log.moveTo(flow, left);
    this.spool.isNew = false;
  }

  /** Begins the next start of the instance. What the last run left is written first, if that is not much. */
  begin(most: number): void {
    this.take(most);
    const isEnded = this.end();
    this.run += 1;
    const isRead = this.isDrained();
    // the mark would be written over bytes that nobody has read; and the first seam is known by it
    if ((!this.#isEmptied || isRead) && this.#seams.length === 0) this.#mark(isRead);
    if (!isEnded) this.#seams.push(this.spool.size);
  }

  #mark(isRead: boolean): void {
    this.spool.begin(isRead);
    this.#isEmptied = false;
    // the spool was emptied, and begins with its mark
    const { size } = this.spool;
    for (const flow of this.#flows)
      if (flow.offset < HEAD_BYTES || flow.offset > size) flow.log.moveTo(flow, HEAD_BYTES);
  }

  /** Writes what has come, at most about `most` bytes to each file. */
  take(most: number): Reached {
    const before = this.#flows.reduce((sum, { offset }) => sum + offset, 0);
    const gap = this.#look();
    const [seam = Infinity] = this.#seams;
    const isBeforeSeam = seam < Infinity && seam <= (gap?.from ?? Infinity);
    const taken = new Set(this.#flows.map((flow) => flow.log.take(flow, most)));
    for (const flow of this.#flows) flow.log.settle();
    if (taken.has("stuck")) this.#boundWaiting();
    this.hasMoved = this.#flows.reduce((sum, { offset }) => sum + offset, 0) !== before;
    const reached = taken.has("more") ? "more" : taken.has("stuck") ? "stuck" : "all";
    if (!this.#isEmptied && this.#flows.length > 0)
      this.spool.free(Math.min(...this.#flows.map(({ offset }) => offset)));
    if (isBeforeSeam && reached === "all") return this.#passSeam(most);
    if (gap !== null && reached === "all") return this.#leaveOut(gap);
    if (this.#isEmptied && reached === "all") this.#beginAnew();
    return reached;
  }

  /**
   * The processes have ended, and so does their last line: in the spool, because what follows is behind it
   * then wherever it is read, or in the log files if the spool's disk is full. false: nobody has room for that.
   */
  end(): boolean {
    const isWithin = this.isDrained()
      ? this.#flows.some((flow) => flow.log.isInLineOf(flow))
      : !this.spool.endsLine();
    if (!isWithin) return true;
    if (!this.spool.endLine()) return this.#seams.length === 0 && this.#endInLogs();
    this.take(0);
    return true;
  }

  #endInLogs(): boolean {
    const ended = this.#flows.map((flow) => flow.log.end(flow));
    for (const flow of this.#flows) flow.log.settle();
    return !ended.includes(false);
  }

  #passSeam(most: number): Reached {
    if (!this.#endInLogs()) return "stuck";
    this.#seams.shift();
    return this.take(most);
  }

  isDrained(until = this.spool.size): boolean {
    return this.#flows.every(({ offset }) => offset >= until);
  }

  lastLines(most: number): readonly string[] {
    return lastLinesOf(this.spool, most);
  }

  /** Resolves with a line of the present run that matches. */
  line(pattern: RegExp, signal: AbortSignal): Promise<void> {
    const watch = new LineWatch(this.spool, pattern);
    this.#watches.add(watch);
    watch.look();
    return watch.found(signal).finally(() => this.#watches.delete(watch));
  }

  remove(): void {
    for (const flow of this.#flows) flow.log.detach(flow);
    rmSync(this.spool.path, { force: true });
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.isOver = true;
    this.#flows = [];
    this.spool[Symbol.dispose]();
  }

  /** Nothing is read behind a gap or a seam before that has been passed. */
  readonly #look = (): Gap | null => {
    this.#findStart();
    const from = Math.min(...this.#flows.map(({ offset }) => offset));
    const gap = this.spool.endAtGap(from);
    for (const watch of this.#watches) watch.look();
    this.#seams = this.#seams.filter((offset) => offset >= from);
    this.spool.endAt(this.#seams[0] ?? Infinity);
    return gap;
  };

  /** A spool that was emptied is read from its front. */
  #findStart(): void {
    const isNews = !this.#isEmptied && !this.spool.isWhole();
    this.#isEmptied ||= isNews;
    if (isNews) this.#seams = [];
    if (!this.#isEmptied) return;
    const { size } = this.spool;
    for (const flow of this.#flows) {
      if (isNews || flow.offset > size) flow.log.moveTo(flow, 0);
      if (flow.offset === 0 && size > 0) flow.log.moveTo(flow, this.spool.firstByte());
    }
  }

  /** The line before a gap ends there. */
  #leaveOut({ from, to }: Gap): Reached {
    this.#endInLogs();
    for (const watch of this.#watches) watch.moveTo(to);
    for (const flow of this.#flows) flow.log.moveTo(flow, to);
    this.#leftOut += to - from;
    // whoever does that again and again is told of at ever longer intervals
    if (this.#leftOut >= 2 * this.#leftOutTold) {
      this.#leftOutTold = this.#leftOut;
      this.#onLoss(0, `${bytes(this.#leftOut)} of its output that nobody wrote are left out`);
    }
    this.hasMoved = true;
    return "more";
  }

  /** The next message may be as long as the last one: we tell them apart by what lies before it. */
  #beginAnew(): void {
    const { size } = this.spool;
    if (size === 0 || size > EMPTIED_BYTES) return;
    this.spool.empty();
    for (const flow of this.#flows) flow.log.moveTo(flow, 0);
  }

  #boundWaiting(): void {
    const { end, size } = this.spool;
    const until = this.#seams.length > 0 ? size : end;
    for (const flow of this.#flows) {
      if (until - flow.offset <= MOST_WAITING_BYTES) continue;
      const most = flow.offset + DROPPED_BYTES;
      const found = linesBefore(this.spool, flow.offset, most);
      // a part of a line counts as one
      const { lines, end: to } = found.lines > 0 ? found : { lines: 1, end: most };
      flow.log.leaveOut(flow, to);
      const why = flow.log.trouble ?? "it took no more";
      this.#onLoss(lines, `${plural(lines, "line")} of its output lost: ${flow.log.path}: ${why}`);
    }
  }
}
