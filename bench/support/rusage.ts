/** CPU time of this process and of the children it has waited for, in microseconds: finer than /proc's 10 ms ticks. */
import { dlopen } from "bun:ffi";

const { getrusage } = dlopen("libc.so.6", {
  getrusage: { args: ["i32", "ptr"], returns: "i32" },
}).symbols;

const RUSAGE_SELF = 0;
const RUSAGE_CHILDREN = -1;
/** struct rusage: two timevals of two longs each come first (getrusage(2)); 144 bytes on 64-bit Linux. */
const usage = new BigInt64Array(new ArrayBuffer(144));

function cpuMsOf(who: number): number {
  if (getrusage(who, usage) !== 0) throw new Error(`getrusage(${who}) failed`);
  const [userS = 0n, userUs = 0n, systemS = 0n, systemUs = 0n] = usage;
  return Number((userS + systemS) * 1_000_000n + userUs + systemUs) / 1_000;
}

/** User and system time of all threads, ended ones and waited-for children included; ms. */
export const cpuMs = (): number => cpuMsOf(RUSAGE_SELF) + cpuMsOf(RUSAGE_CHILDREN);
