/** What a program can say of its own memory and collections, and no observer can see. */

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

export const NO_COLLECTION: GCStats = {
  collections: 0,
  duration: 0,
  beforeGC: null,
  afterGC: null,
  memoryFreed: 0,
  forced: false,
};

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
  /** Seconds, as `process.uptime()` gives them. */
  readonly uptime: number;
  readonly gcStats: GCStats;
}
