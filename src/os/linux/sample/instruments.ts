/**
 * What the samplers of one process read with, and have learned about executables and accounts: one set for all of them, since each
 * has three descriptors and a buffer, and whoever looks after many jobs has a sampler for each. It goes with the last of them.
 */
import { Users } from "../../users.ts";
import { pageBytes, ticksPerSecond, allocate, close, open, pread } from "../ffi.ts";
import { Identifier } from "../proc/identify.ts";
import { MountView } from "../proc/mount-view.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { availableParallelism } from "node:os";
import type { Machine } from "../../../core/process/process.ts";

export class Instruments {
  static #shared: Instruments | null = null;

  readonly proc = new ProcFiles();
  readonly identifier = new Identifier(this.proc);
  readonly mounts = new MountView(this.proc);
  readonly users = new Users();
  readonly msPerTick = 1_000 / ticksPerSecond();
  readonly pageBytes = pageBytes();
  readonly machine = new MachineReader();
  #lent = 0;

  /** Each is given back once. */
  static lend(): Instruments {
    Instruments.#shared ??= new Instruments();
    Instruments.#shared.#lent++;
    return Instruments.#shared;
  }

  giveBack(): void {
    if (--this.#lent > 0) return;
    Instruments.#shared = null;
    this.machine[Symbol.dispose]();
    this.proc[Symbol.dispose]();
  }
}

const buffer = allocate(4096);
const decoder = new TextDecoder("latin1");

/** Holds /proc/meminfo open: proc_meminfo(5). */
class MachineReader implements Disposable {
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
