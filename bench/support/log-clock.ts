/** A clock that two processes read alike: `performance.now` counts from each one's start. */
import { dlopen } from "bun:ffi";

const { clock_gettime: readClock } = dlopen("libc.so.6", {
  clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
}).symbols;
const CLOCK_MONOTONIC = 1;
const [NS_PER_MS, MS_PER_S] = [1e6, 1_000];
const timespec = new BigInt64Array(new ArrayBuffer(16));

export const sharedNowMs = (): number => {
  readClock(CLOCK_MONOTONIC, timespec);
  const [seconds = 0n, nanoseconds = 0n] = timespec;
  return Number(seconds) * MS_PER_S + Number(nanoseconds) / NS_PER_MS;
};
