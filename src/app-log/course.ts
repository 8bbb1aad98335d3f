/** What one stream of an instance goes through: its spool, and the log files that get what is in it. */
import { rmSync } from "node:fs";
import { basename } from "node:path";
import type { Flow, LogFile, Reached } from "./log/log-file.ts";
import { LineWatch } from "./spool/line-watch.ts";
import { lastLinesOf } from "./spool/last-lines.ts";
import { HEAD_BYTES, Spool } from "./spool/spool.ts";

/** What may wait in a spool for a log file that takes nothing. */
const MOST_WAITING_BYTES = 1_024 ** 3;

export class Course implements Disposable {
  readonly key: string;
  readonly name: string;
  readonly spool: Spool;
  /** Lines that reached no file. */
  lost = 0;
  lostWhy = "";
  isOver = false;
  #flows: readonly Flow[] = [];
  readonly #watches = new Set<LineWatch>();
  /** Somebody emptied the spool, and what is in it now is being read. */
  #wasEmptied = false;

  constructor(key: string, path: string) {
    this.key = key;
    this.name = basename(path);
    this.spool = new Spool(path);
  }

  logs(): readonly LogFile[] {
    return this.#flows.map(({ log }) => log);
  }

  /** Into these files from now on. */
  lead(logs: readonly LogFile[]): void {
    const gone = this.#flows.filter(({ log }) => !logs.includes(log));
    for (const flow of gone) {
      flow.log.end(flow);
      flow.log.detach(flow);
    }
    const kept = this.#flows.filter((flow) => !gone.includes(flow));
    const added = logs.filter((log) => !kept.some((flow) => flow.log === log));
    this.#flows = [...kept, ...added.map((log) => log.attach(this.spool))];
  }

  /** The next start of its instance; what the last one left is written first, if that is not much. */
  begin(most: number): void {
    if (this.take(most) === "all") this.end();
    this.spool.begin(this.isDrained());
    const { size } = this.spool;
    for (const flow of this.#flows) if (flow.offset > size) flow.log.moveTo(flow, size);
  }

  /** Writes what has come, at most about so much to each file. */
  take(most: number): Reached {
    if (!this.#wasEmptied && !this.spool.isWhole()) {
      this.#wasEmptied = true;
      for (const flow of this.#flows) flow.log.moveTo(flow, 0);
    }
    for (const watch of this.#watches) watch.look();
    const taken = new Set(this.#flows.map((flow) => flow.log.take(flow, most)));
    for (const flow of this.#flows) flow.log.settle();
    if (taken.has("stuck")) this.#boundWaiting();
    const all = taken.has("more") ? "more" : taken.has("stuck") ? "stuck" : "all";
    if (this.#wasEmptied && all === "all") this.#mark();
    if (!this.#wasEmptied)
      this.spool.free(Math.min(this.spool.size, ...this.#flows.map(({ offset }) => offset)));
    return all;
  }

  /** Its processes have ended: so does its last line. */
  end(): void {
    for (const flow of this.#flows) {
      flow.log.end(flow);
      flow.log.settle();
    }
  }

  isDrained(): boolean {
    const { size } = this.spool;
    return this.#flows.every(({ offset }) => offset >= size);
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

  #mark(): void {
    this.spool.mark();
    this.#wasEmptied = false;
    const { size } = this.spool;
    for (const flow of this.#flows) flow.log.moveTo(flow, Math.max(HEAD_BYTES, Math.min(flow.offset, size)));
  }

  #boundWaiting(): void {
    const { size } = this.spool;
    for (const flow of this.#flows) {
      if (size - flow.offset <= MOST_WAITING_BYTES) continue;
      this.lost += flow.log.skip(flow, MOST_WAITING_BYTES);
      this.lostWhy = `${flow.log.path}: ${flow.log.trouble ?? "it took no more"}`;
    }
  }
}
