/**
 * No control group can be made: the job's processes are found one by one. While we live they descend from us (kin.ts);
 * later only the environment variable that children inherit tells whose they are.
 */
import { JOB_VARIABLE } from "../../../core/process/slot.ts";
import type { Container, ContainerFacts, ContainerUsage, KeptCap } from "../../../ports/container.ts";
import type { Launched, SpawnRequest } from "../../../ports/launch.ts";
import { type Family, Kin } from "./kin.ts";
import { MarkerRemains } from "./marker-remains.ts";
import { spawnRoot } from "./spawn.ts";
import { strike } from "./strike.ts";

const PROMISE =
  "everything that descends from it, as long as this wrapper lives; if that is killed, only what kept the environment " +
  `variable ${JOB_VARIABLE} is found again`;

export class MarkerContainer extends MarkerRemains implements Container {
  readonly facts: ContainerFacts;
  readonly #kin: Family;
  #root: Launched | null = null;

  /** `whyNot`: why there is no control group. */
  constructor(
    jobId: string,
    memoryBytes: number | null,
    whyNot: string,
    caps: readonly KeptCap[] = [],
    kin: Family = new Kin(jobId),
  ) {
    super(kin);
    this.#kin = kin;
    const memory =
      memoryBytes === null
        ? ({ memory: "none", whyNot: null } as const)
        : ({ memory: "sampled", whyNot } as const);
    this.facts = { promise: PROMISE, ...memory, caps };
  }

  spawn(request: SpawnRequest): Launched {
    return this.begin(spawnRoot(request));
  }

  begin(root: Launched): Launched {
    this.#root = root;
    this.#kin.begin(root);
    return root;
  }

  override usage(): ContainerUsage {
    return { ...super.usage(), cpuMs: this.#kin.cpuMs() };
  }

  onMemoryKill(): void {}

  hasEscaped(): boolean {
    return false;
  }

  strike(): boolean {
    try {
      return strike(() => this.members());
    } catch {
      // who descends from it cannot be read
      this.#root?.signal("SIGKILL");
      return false;
    }
  }
}
