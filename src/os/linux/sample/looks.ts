/** What every sampler has in common, whoever is in its view: who is known by now, and how they are asked for more. */
import type { Details, Machine, ProcessSample } from "../../../core/process/process.ts";
import type { Reading } from "../../../ports/sampler.ts";
import type { Instant } from "./clocks.ts";
import { DemandMeter, readDetails } from "./details.ts";
import { Instruments } from "./instruments.ts";
import { EvidenceReader } from "../evidence/reader.ts";
import { ancestorPids, describeProcess } from "../proc/lineage.ts";
import { Field, readStat } from "../proc/stat.ts";
import { Tracked } from "./tracked.ts";
import { TrafficReader } from "../traffic/traffic.ts";

export class Looks {
  protected readonly reading = Instruments.lend();
  protected readonly proc = this.reading.proc;
  protected readonly tracked = new Map<number, Tracked>();
  #held = 0;
  #isClosed = false;

  inspect(wanted: ReadonlyMap<ProcessSample, ReadonlySet<Reading>>): Map<number, Details> {
    const found = new Map<number, Details>();
    const evidence = new EvidenceReader(this.proc);
    const traffic = new TrafficReader(this.proc);
    for (const [process, readings] of wanted) {
      const { pid } = process.id;
      if (!this.#isThere(process)) continue;
      const details = readDetails(this.proc, pid, readings, this.#demandOf(process), evidence, traffic);
      // What was read by pid is of this process only if that still has the pid afterwards.
      if (this.#isThere(process)) found.set(pid, details);
    }
    return found;
  }

  machine(): Machine {
    return this.reading.machine.read();
  }

  describe(pid: number): string | null {
    return describeProcess(this.proc, pid);
  }

  ancestors(pid: number): readonly number[] {
    return ancestorPids(this.proc, pid);
  }

  close(): void {
    for (const pid of this.tracked.keys()) this.drop(pid);
    if (!this.#isClosed) this.reading.giveBack();
    this.#isClosed = true;
  }

  /** `mostHeld`: descriptors kept open for processes in view; what is not held is read by pid. */
  protected track(pid: number, now: Instant, mostHeld: number): Tracked {
    const tracked = new Tracked(pid, this.reading, now, this.#held < mostHeld);
    if (tracked.holds) this.#held++;
    this.tracked.set(pid, tracked);
    return tracked;
  }

  protected drop(pid: number): void {
    const tracked = this.tracked.get(pid);
    if (tracked === undefined) return;
    if (tracked.holds) this.#held--;
    tracked[Symbol.dispose]();
    this.tracked.delete(pid);
  }

  /** Whether the pid still belongs to the process that was sampled. */
  #isThere({ id: { pid, startTicks } }: ProcessSample): boolean {
    const tracked = this.tracked.get(pid);
    if (tracked?.startTicks === startTicks && tracked.holds) return tracked.isThere();
    return readStat(this.proc, pid)?.[Field.startTicks] === startTicks;
  }

  /** Kept with the process, so that the number does not fall when one of its threads ends. */
  #demandOf({ id }: ProcessSample): DemandMeter {
    const tracked = this.tracked.get(id.pid);
    return tracked?.startTicks === id.startTicks ? tracked.demand : new DemandMeter();
  }
}
