/** The machine as a whole: processors and memory that can be had without swapping. */
import { availableParallelism } from "node:os";
import type { Machine } from "../../../core/process/process.ts";
import { allocate, close, open, pread } from "../ffi.ts";

const buffer = allocate(4096);
const decoder = new TextDecoder("latin1");

/** Holds /proc/meminfo open: proc_meminfo(5). */
export class MachineReader implements Disposable {
  readonly #meminfo = open("/proc/meminfo");
  readonly #cpus = availableParallelism();

  read(): Machine {
    const length = pread(this.#meminfo, buffer);
    const available = length > 0 ? availableBytes(decoder.decode(buffer.subarray(0, length))) : 0;
    return { cpus: this.#cpus, availableBytes: available };
  }

  [Symbol.dispose](): void {
    if (this.#meminfo >= 0) close(this.#meminfo);
  }
}

/** MemAvailable; before Linux 3.14 the nearest there is. */
export const availableBytes = (meminfo: string): number => {
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(meminfo)?.[1] ?? /^MemFree:\s+(\d+)/m.exec(meminfo)?.[1];
  return Number(kilobytes ?? 0) * 1024;
};
