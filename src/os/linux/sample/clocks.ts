/** The kernel's clocks: clock_gettime(2). */
import { address, allocate, SYS, syscall, ticksPerSecond } from "../ffi.ts";

const [CLOCK_MONOTONIC, CLOCK_BOOTTIME] = [1, 7];

const timespec = allocate(16);
const fields = new DataView(timespec.buffer);
const timespecAddress = address(timespec);

const readMs = (clock: number): number => {
  syscall(SYS.clock_gettime, clock, timespecAddress);
  return fields.getUint32(0, true) * 1000 + fields.getUint32(8, true) / 1e6;
};

/** Never jumps and stands still while the machine is suspended. */
export const monotonicMs = (): number => readMs(CLOCK_MONOTONIC);

/** As above, suspended time included: what process start times are counted by. */
export const bootMs = (): number => readMs(CLOCK_BOOTTIME);

/** How long a process has run that started then. */
export const sinceStartMs = (startTicks: number): number =>
  bootMs() - (startTicks * 1_000) / ticksPerSecond();

export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootMs: number;
  /** Total time the machine was suspended since boot. */
  readonly suspendedMs: number;
}

export const readInstant = (): Instant => {
  const [monotonic, boot] = [monotonicMs(), bootMs()];
  return { wallMs: Date.now(), monotonicMs: monotonic, bootMs: boot, suspendedMs: boot - monotonic };
};
