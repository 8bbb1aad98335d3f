/** The sampler's view of one container: its members and nobody else, read as the watchdog reads every process. */
import type { Details, ProcessSample, Snapshot } from "../../../core/process.ts";
import type { MemberSampler, Reading, Remains } from "../../../ports.ts";
import { readInstant } from "../clocks.ts";
import { readDetails } from "../details.ts";
import { pageBytes, ticksPerSecond } from "../ffi.ts";
import { Identifier } from "../identify.ts";
import { ancestorsOf, describeProcess } from "../lineage.ts";
import { EvidenceReader } from "../evidence/reader.ts";
import { MachineReader } from "../machine.ts";
import { MountView } from "../mount-view.ts";
import { ProcFiles } from "../proc-files.ts";
import { TrafficReader } from "../traffic/traffic.ts";
import { Tracked } from "../tracked.ts";
import { Users } from "../../users.ts";

/** Descriptors kept open for members: what is not held is read by pid. */
const MOST_HELD = 64;

export class ContainerSampler implements MemberSampler {
  readonly #of: Pick<Remains, "members">;
  readonly #proc = new ProcFiles();
  readonly #machine = new MachineReader();
  readonly #reading = {
    proc: this.#proc,
    identifier: new Identifier(this.#proc),
    mounts: new MountView(this.#proc),
    users: new Users(),
    msPerTick: 1_000 / ticksPerSecond(),
    pageBytes: pageBytes(),
  };
  readonly #tracked = new Map<number, Tracked>();

  constructor(of: Pick<Remains, "members">) {
    this.#of = of;
  }

  sample(): Snapshot {
    // ages are told as of this instant
    const monotonicMs = performance.now();
    const now = readInstant();
    const members = new Set(this.#of.members().map(({ pid }) => pid));
    for (const pid of this.#tracked.keys()) if (!members.has(pid)) this.#drop(pid);
    const processes = new Map<number, ProcessSample>();
    for (const pid of members) {
      const tracked =
        this.#tracked.get(pid) ?? new Tracked(pid, this.#reading, now, this.#tracked.size < MOST_HELD);
      this.#tracked.set(pid, tracked);
      if (tracked.refresh(now)) processes.set(pid, tracked.sample(now));
      else this.#drop(pid);
    }
    return {
      atMs: now.wallMs,
      monotonicMs,
      processes,
      machine: this.#machine.read(),
    };
  }

  inspect(wanted: ReadonlyMap<ProcessSample, ReadonlySet<Reading>>): Map<number, Details> {
    const evidence = new EvidenceReader(this.#proc);
    const traffic = new TrafficReader(this.#proc);
    const found = new Map<number, Details>();
    for (const [process, readings] of wanted) {
      const tracked = this.#tracked.get(process.id.pid);
      if (tracked?.startTicks !== process.id.startTicks) continue;
      const details = readDetails(this.#proc, process.id.pid, readings, tracked.demand, evidence, traffic);
      // read by pid: of this process only if that has it still
      if (tracked.readStat() >= 0 && tracked.startTicks === process.id.startTicks)
        found.set(process.id.pid, details);
    }
    return found;
  }

  machine(): ReturnType<MemberSampler["machine"]> {
    return this.#machine.read();
  }

  ancestors(pid: number): readonly number[] {
    return ancestorsOf(this.#proc, pid);
  }

  describe(pid: number): string | null {
    return describeProcess(this.#proc, pid);
  }

  close(): void {
    for (const pid of this.#tracked.keys()) this.#drop(pid);
    this.#machine[Symbol.dispose]();
    this.#proc[Symbol.dispose]();
  }

  #drop(pid: number): void {
    this.#tracked.get(pid)?.[Symbol.dispose]();
    this.#tracked.delete(pid);
  }
}
