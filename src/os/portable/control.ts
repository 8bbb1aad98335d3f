/** Any POSIX system behind the ProcessControl port: ps(1) to ask, kill(2) to act. */
import { fstatSync } from "node:fs";
import type { ProcessId } from "../../core/process.ts";
import type { Pin, ProcessControl } from "../../ports.ts";
import { startGuard } from "../guard.ts";
import { Ends } from "./ends.ts";
import { PORTABLE_GUARD } from "./guard.ts";
import { compare, idOf } from "./identity.ts";
import { pipeReaders } from "./lsof-text.ts";
import { readOpenFiles } from "./lsof.ts";
import { below } from "./members.ts";
import { PortablePin, type PinPorts } from "./pin.ts";
import type { Dialect, PsRow } from "./ps-text.ts";
import { readPs } from "./ps.ts";

/** Two of the seconds in which start times are told. */
const AMBIGUOUS_AGE_MS = 2_000;

export class PortableControl implements ProcessControl {
  readonly ambiguousAgeMs = AMBIGUOUS_AGE_MS;
  readonly #dialect: Dialect;
  readonly #pins = new Set<PortablePin>();
  readonly #ports: PinPorts;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#ports = {
      ends: new Ends((pids) => readPs(dialect, pids)),
      rowOf: (pid) => this.#rowOf(pid),
      standsStill: (pin) => this.#standsStill(pin),
      forget: (pin) => this.#pins.delete(pin),
    };
  }

  /** Throws for a pid that must never be signalled (I1: a bug in the caller). */
  pin(id: ProcessId): Pin | "gone" | "identity-changed" {
    if (!Number.isSafeInteger(id.pid) || id.pid <= 1 || id.pid === process.pid)
      throw new Error(
        `Refused to pin pid ${id.pid}: 0, 1 and this process are never targets. This is a bug.`,
      );
    const found = compare(id, this.#rowOf(id.pid));
    if (found !== "same") return found;
    const pin = new PortablePin(id, this.#ports);
    this.#pins.add(pin);
    return pin;
  }

  identify(pid: number): ProcessId | null {
    const row = this.#rowOf(pid);
    return row === null ? null : idOf(row);
  }

  guard() {
    return startGuard(PORTABLE_GUARD);
  }

  /**
   * Whoever started us holds the other end of a socket; a pipe is looked for among their open files. Without lsof it
   * cannot be told who reads a pipe: then it may be any of them.
   */
  readersOfOurOutput(pids: readonly number[]): ReadonlySet<number> {
    const outputs = [1, 2].map((descriptor) => fstatSync(descriptor));
    const makers = outputs.some((output) => output.isSocket())
      ? pids.filter((pid) => pid === process.ppid)
      : [];
    if (pids.length === 0 || !outputs.some((output) => output.isFIFO())) return new Set(makers);
    const files = readOpenFiles([process.pid, ...pids], "everything");
    return files === null ? new Set(pids) : new Set([...makers, ...pipeReaders(files, process.pid, pids)]);
  }

  #rowOf(pid: number): PsRow | null {
    return readPs(this.#dialect, [pid]).get(pid) ?? null;
  }

  #standsStill({ id }: PortablePin): boolean {
    const rows = readPs(this.#dialect);
    const descendants = below(rows, [id.pid]).filter((pid) => pid !== id.pid);
    const held = (pid: number): boolean =>
      [...this.#pins].some(
        (pin) => pin.isStopped && pin.id.pid === pid && pin.id.startTicks === rows.get(pid)?.startS,
      );
    return (
      compare(id, rows.get(id.pid) ?? null) === "same" && descendants.length > 0 && descendants.every(held)
    );
  }
}
