/**
 * No control group can be made: the job's processes are found one by one. While we live they descend from us, because
 * orphans come to us (subreaper.ts); later only the environment variable that children inherit tells whose they are.
 */
import type { ProcessId } from "../../../core/process.ts";
import { JOB_VARIABLE } from "../../../core/slot.ts";
import type { Container, ContainerFacts, ContainerUsage, Launched, SpawnRequest } from "../../../ports.ts";
import { livingIds } from "../process-id.ts";
import { ProcFiles } from "../proc-files.ts";
import { carriesMarker, PLACE } from "./marker-remains.ts";
import { descendantsOf, readProcessTree } from "./process-tree.ts";
import { spawnRoot } from "./spawn.ts";
import { strike } from "./strike.ts";
import { Subreaper } from "./subreaper.ts";

const PROMISE =
  "everything that descends from it, as long as this wrapper lives; if that is killed, only what kept the environment " +
  `variable ${JOB_VARIABLE} is found again`;

/** Jobs of this process that hold their members in this way: an orphan says by its marker whose it is. */
const open = new Set<MarkerContainer>();
let subreaper: Subreaper | null = null;

export class MarkerContainer implements Container {
  readonly place = PLACE;
  readonly facts: ContainerFacts;
  readonly #jobId: string;
  readonly #proc = new ProcFiles();
  readonly #subreaper: Subreaper;
  #root: Launched | null = null;
  #rootCpuMs: number | null = null;

  /** `whyNot`: why there is no control group. */
  constructor(jobId: string, memoryBytes: number | null, whyNot: string) {
    this.#jobId = jobId;
    subreaper ??= new Subreaper();
    this.#subreaper = subreaper;
    this.facts =
      memoryBytes === null
        ? { promise: PROMISE, memory: "none", whyNot: null }
        : { promise: PROMISE, memory: "sampled", whyNot };
    open.add(this);
  }

  spawn(request: SpawnRequest): Launched {
    const root = spawnRoot(request);
    this.#root = root;
    void root.ended.then(({ cpuMs }) => (this.#rootCpuMs = cpuMs));
    return root;
  }

  members(): readonly ProcessId[] {
    const orphans = this.#subreaper.adopted().filter((pid) => this.#isOurs(pid));
    const tree = readProcessTree(this.#proc);
    const from = this.#root === null ? orphans : [...this.#livingRoot(this.#root, tree), ...orphans];
    return livingIds(descendantsOf(tree, from));
  }

  /** Told once the root has ended. What was never waited for by anybody is not in the time. */
  count(): number {
    return this.members().length;
  }

  usage(): ContainerUsage {
    const cpuMs = this.#rootCpuMs === null ? null : this.#rootCpuMs + this.#subreaper.cpuMs;
    return { memoryBytes: null, memoryPeakBytes: null, cpuMs, memoryKills: 0 };
  }

  killAll(): boolean {
    return false;
  }

  onMemoryKill(): void {}

  strike(): boolean {
    try {
      return strike(() => this.members());
    } catch {
      // who descends from it cannot be read
      this.#root?.signal("SIGKILL");
      return false;
    }
  }

  [Symbol.dispose](): void {
    open.delete(this);
    this.#proc[Symbol.dispose]();
    if (open.size > 0) return;
    this.#subreaper[Symbol.dispose]();
    subreaper = null;
  }

  /** One job: all orphans are its. Several: a scrubbed orphan belongs to one of them, and nobody can say to which. */
  #isOurs(orphan: number): boolean {
    return open.size === 1 || carriesMarker(this.#proc, orphan, this.#jobId);
  }

  #livingRoot({ id }: Launched, tree: ReturnType<typeof readProcessTree>): readonly number[] {
    return tree.get(id.pid)?.startTicks === id.startTicks ? [id.pid] : [];
  }
}
