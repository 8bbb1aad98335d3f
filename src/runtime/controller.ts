/** A program's hold on its own runtime: collections, readings of itself, and its end. Nothing is installed unless it is asked for. */
import { fullGC } from "bun:jsc";
import { afterCollection, firstCourse, lookAtHeap } from "../core/program/collecting.ts";
import { type GCStats, NO_COLLECTION, type ProcessMetrics } from "../core/program/metrics.ts";
import { timerMs } from "../text/duration.ts";
import { type ProcessEventOptions, installEnding } from "./ending.ts";
import { readMetrics } from "./metrics.ts";
import { readSystem, type SystemInfo } from "./system-info.ts";

export interface AutomaticGCOptions {
  /** A heap over this is collected. 100 MB where it is not given. */
  readonly thresholdBytes?: number;
  /** 10 s where it is not given. */
  readonly checkEveryMs?: number;
  /** Called after each collection that the threshold has caused. */
  readonly onCollection?: (stats: GCStats) => void;
}

export interface ControllerOptions {
  /** How many readings are kept; then the oldest go. 360 where it is not given: an hour at one in 10 s. */
  readonly keep?: number;
}

const MEGABYTE = 1_024 ** 2;
const THRESHOLD_BYTES = 100 * MEGABYTE;
const CHECK_EVERY_MS = 10_000;
const KEEP = 360;

export class ProcessController implements Disposable {
  readonly #keep: number;
  readonly #kept: ProcessMetrics[] = [];
  #gc: GCStats = NO_COLLECTION;
  #looks: ReturnType<typeof setInterval> | null = null;
  #ending: Disposable | null = null;

  /** @throws RangeError where `keep` is no whole number of at least 1 */
  constructor({ keep = KEEP }: ControllerOptions = {}) {
    if (!Number.isSafeInteger(keep) || keep < 1)
      throw new RangeError(`keep is ${keep}. It takes a whole number of at least 1.`);
    this.#keep = keep;
  }

  /**
   * Collects all garbage of this thread now; the program stands still meanwhile. `force` also gives the memory back to the
   * system at once (`Bun.gc(true)`). Not `Bun.gc(false)`: that returns at once, and with Bun 1.4 nothing was freed after it.
   */
  performGC(force = false): GCStats {
    const beforeGC = process.memoryUsage().heapUsed;
    const startedMs = performance.now();
    if (force) Bun.gc(true);
    else fullGC();
    const duration = performance.now() - startedMs;
    const afterGC = process.memoryUsage().heapUsed;
    this.#gc = {
      collections: this.#gc.collections + 1,
      duration,
      beforeGC,
      afterGC,
      memoryFreed: beforeGC - afterGC,
      forced: force,
    };
    this.#keepReading();
    return this.#gc;
  }

  /** As it is now. This reading is not kept. */
  getProcessMetrics(): ProcessMetrics {
    return readMetrics(this.#gc);
  }

  /** The readings after each collection and at each look at the heap, oldest first. */
  getMetricsHistory(): readonly ProcessMetrics[] {
    return [...this.#kept];
  }

  getSystemInfo(): SystemInfo {
    return readSystem();
  }

  /**
   * Looks at the heap from time to time, and collects where it is over the threshold. Where most of it is in use, it has to
   * grow by half before the next collection, and each one that frees less than a tenth doubles the pause after it (at
   * most 60 looks). The looks do not keep the program alive. Called again: with the new options.
   * @throws RangeError where an option is no number over 0
   */
  collectAutomatically(options: AutomaticGCOptions = {}): void {
    const { thresholdBytes = THRESHOLD_BYTES, checkEveryMs = CHECK_EVERY_MS, onCollection } = options;
    for (const [name, value] of Object.entries({ thresholdBytes, checkEveryMs }))
      if (!Number.isFinite(value) || value <= 0)
        throw new RangeError(`${name} is ${value}. It takes a number over 0.`);
    let course = firstCourse(thresholdBytes);
    clearInterval(this.#looks ?? undefined);
    this.#looks = setInterval(() => {
      const look = lookAtHeap(course, thresholdBytes, process.memoryUsage().heapUsed);
      course = look.course;
      if (!look.collect) return this.#keepReading();
      const stats = this.performGC();
      course = afterCollection(course, thresholdBytes, stats.beforeGC ?? 0, stats.afterGC ?? 0);
      onCollection?.(stats);
    }, timerMs(checkEveryMs));
    this.#looks.unref();
  }

  /**
   * SIGINT, SIGTERM, an uncaught exception and an unhandled rejection are told of; then the clean-up runs, and the program
   * ends with 130, 143 or 1. @throws Error where this controller does so already, RangeError where a time is no number over 0
   */
  handleProcessEvents(options: ProcessEventOptions = {}): void {
    if (this.#ending !== null) throw new Error("This controller handles the events of the process already.");
    this.#ending = installEnding(options);
  }

  /** Takes back the looks and the handlers. The controller can be used on. */
  [Symbol.dispose](): void {
    clearInterval(this.#looks ?? undefined);
    this.#ending?.[Symbol.dispose]();
    this.#looks = null;
    this.#ending = null;
  }

  #keepReading(): void {
    this.#kept.push(this.getProcessMetrics());
    if (this.#kept.length > this.#keep) this.#kept.shift();
  }
}
