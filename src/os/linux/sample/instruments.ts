/**
 * What the samplers of one process read with, and have learned about executables and accounts: one set for all of them, since each
 * has three descriptors and a buffer, and whoever looks after many jobs has a sampler for each. It goes with the last of them.
 */
import { Users } from "../../users.ts";
import { pageBytes, ticksPerSecond } from "../ffi.ts";
import { Identifier } from "../proc/identify.ts";
import { MountView } from "../proc/mount-view.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { MachineReader } from "./machine.ts";

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
