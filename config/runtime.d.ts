/// <reference lib="esnext.disposable" />
/**
 * What `bun-watchdog/runtime` is for whoever imports it. Written for them: our sources would be checked with their settings.
 * test/unit/runtime/declared-runtime.test.ts holds it to the sources.
 */

/** The last collection that was asked for. Sizes are those of `process.memoryUsage().heapUsed`. */
export interface GCStats {
  /** How many this controller has made. */
  readonly collections: number;
  /** How long the program stood still for the last one, ms. */
  readonly duration: number;
  /** Bytes; null: there was none yet. Bun counts here what was left by the collection before, and new objects only in part. */
  readonly beforeGC: number | null;
  readonly afterGC: number | null;
  /** `beforeGC - afterGC`. It is negative where new objects that are in use were not counted before. */
  readonly memoryFreed: number;
  /** It also swept at once, and gave memory back to the system. */
  readonly forced: boolean;
}

export interface ProcessMetrics {
  readonly timestamp: Date;
  readonly pid: number;
  /** Bytes. */
  readonly memory: {
    /** What the last collection has left, with what JavaScript holds outside of the heap (`external`). */
    readonly heapUsed: number;
    readonly heapTotal: number;
    readonly external: number;
    readonly rss: number;
  };
  /** Since its start, ms. */
  readonly cpu: { readonly userMs: number; readonly systemMs: number };
  /** Seconds. */
  readonly uptime: number;
  readonly gcStats: GCStats;
}

export interface SystemInfo {
  /** As `process.platform` names it. */
  readonly platform: string;
  readonly arch: string;
  /** Of the operating system. */
  readonly release: string;
  readonly versions: { readonly bun: string; readonly node: string; readonly webkit: string | null };
  /** Processors that this process may use. */
  readonly processors: number;
  readonly memory: {
    /** Of the machine, bytes. */
    readonly totalBytes: number;
    /** What could be had without swapping. */
    readonly availableBytes: number;
    /** The limit of its control group; null: there is none. */
    readonly limitBytes: number | null;
  };
}

export interface ControllerOptions {
  /** How many readings are kept; then the oldest go. 360 where it is not given: an hour at one in 10 s. */
  readonly keep?: number;
}

export interface AutomaticGCOptions {
  /** A heap over this is collected. 100 MB where it is not given. */
  readonly thresholdBytes?: number;
  /** 10 s where it is not given. */
  readonly checkEveryMs?: number;
  /** Called after each collection that the threshold has caused. */
  readonly onCollection?: (stats: GCStats) => void;
}

export type EndingCause = "SIGINT" | "SIGTERM" | "uncaughtException" | "unhandledRejection";

export interface ProcessEventOptions {
  /** What is to be done before the end. What it throws is told of and changes nothing. */
  readonly cleanup?: (cause: EndingCause) => void | Promise<void>;
  /** The clean-up's time, 5 s where it is not given; then the program ends without it. It cannot interrupt a loop that never waits. */
  readonly cleanupTimeoutMs?: number;
  /** Is given each line that tells what happens; standard error where it is not given. */
  readonly log?: (line: string) => void;
}

/** Nothing is installed before one of its methods asks for it. */
export class ProcessController implements Disposable {
  /** @throws RangeError where `keep` is no whole number of at least 1 */
  constructor(options?: ControllerOptions);
  /** Collects all garbage of this thread now; the program stands still meanwhile. `force` also gives the memory back at once. */
  performGC(force?: boolean): GCStats;
  /** As it is now. This reading is not kept. */
  getProcessMetrics(): ProcessMetrics;
  /** The readings after each collection and at each look at the heap, oldest first. */
  getMetricsHistory(): readonly ProcessMetrics[];
  getSystemInfo(): SystemInfo;
  /** Looks at the heap from time to time, and collects where it is over the threshold and a collection may be of use. */
  collectAutomatically(options?: AutomaticGCOptions): void;
  /**
   * SIGINT, SIGTERM, an uncaught exception and an unhandled rejection are told of; then the clean-up runs, and the program
   * ends with 130, 143 or 1. @throws Error where this controller does so already
   */
  handleProcessEvents(options?: ProcessEventOptions): void;
  /** Takes back the looks and the handlers. */
  [Symbol.dispose](): void;
}

export type BufferKind =
  | "Buffer.alloc"
  | "Buffer.allocUnsafe"
  | "Bun.allocUnsafe"
  | "ArrayBuffer"
  | "Uint8Array";

export interface BufferTiming {
  readonly kind: BufferKind;
  readonly bytes: number;
  /** The kernel has to give it, page by page when it is first written; or the allocator has it from an earlier buffer. */
  readonly memory: "fresh" | "reused";
  /** Every byte was written, and that time is in it. */
  readonly filled: boolean;
  /** Of one buffer, µs. */
  readonly timeUs: {
    readonly count: number;
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly median: number;
    readonly p75: number;
    readonly p99: number;
    readonly mad: number;
    readonly outliers: number;
    readonly relativeMargin: number | null;
  };
}

export interface BufferOptions {
  /** Bytes of each size. 1 KB, 16 KB, 64 KB, 1 MB, 16 MB and 64 MB where it is not given. */
  readonly sizes?: readonly number[];
  /** Of each way; 11 where it is not given. */
  readonly samples?: number;
}

/** Rejects with a RangeError where a size or the number of samples is no whole number of at least 1. */
export function measureBuffers(options?: BufferOptions): Promise<readonly BufferTiming[]>;

export interface LibraryCall {
  readonly library: "libc" | "libm";
  /** As it would be written in C. */
  readonly call: string;
  readonly result: number;
  /** What JavaScript says of the same. */
  readonly expected: number;
  /** Median time of one call, ns; the loop around it is in both of them. */
  readonly nativeNs: number;
  readonly javascriptNs: number;
}

/** @throws Error with the code "LIBRARY_MISSING" where the system has no such library */
export function callSystemLibraries(): readonly LibraryCall[];

export interface PageRegistrationOptions {
  /** What the page calls it; the name of its script where it is not given. */
  readonly name?: string;
  /** Makes the collections and the readings; one of its own where it is not given. */
  readonly controller?: ProcessController;
  /** false: nobody can have its garbage collected from the page. true where it is not given. */
  readonly mayCollect?: boolean;
}

export interface PageRegistration extends Disposable {
  /** Nobody looks, or it was not found yet; or the page's server has it. */
  readonly state: "waiting" | "looked-at";
  /** What was in the way at the last try, as a sentence; null: nothing was. That nobody looks is no trouble. */
  readonly trouble: string | null;
}

/**
 * The program shows its heap, collections and event-loop lag on the page of this account's watchdog, until it is disposed
 * of. Throws nothing, keeps no program alive, and says nothing until somebody looks. Called again: the registration before
 * is taken back. Does nothing beside Linux.
 */
export function registerWithWatchdog(options?: PageRegistrationOptions): PageRegistration;
