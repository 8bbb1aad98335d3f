/** Time. */

export interface Clock {
  /** Unix epoch ms, for people. */
  wallMs(): number;
  /** Never jumps, does not count suspend. */
  monotonicMs(): number;
  /** Resolves after `ms` (at once when that is not positive; after 24 days at the latest), or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
