/** These types hold what a launch is asked for, and what it needs of the machine. */
import type { LaunchLimits } from "../core/slots/launched-job.ts";
import type { OwnerKind } from "../core/process/slot.ts";
import type { Clock } from "../ports/clock.ts";
import type { Caps, ContainerFactory, MemberSampler } from "../ports/container.ts";
import type { Reserve } from "../ports/reserve.ts";
import type { Gatehouse } from "../ports/gate.ts";
import type { SpawnRequest } from "../ports/launch.ts";
import type { ThisProcess } from "../ports/this-process.ts";
import type { KillPorts } from "./kill-job.ts";

/** These terms hold for a job as long as it is looked after. */
export interface JobTerms {
  readonly limits: LaunchLimits;
  /** The kernel alone keeps these: if it does not, nobody does, and the facts of the job say so. */
  readonly caps?: Caps;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** Processes that the root leaves behind stay. Limits still end all of it. */
  readonly keep: boolean;
  /**
   * false for a job that rests for months, like a watch: nobody looks for its escapes. If it is missing,
   * somebody looks.
   */
  readonly looksForEscapes?: boolean;
}

/** `env` is the job's, before our own two variables are added to it. */
export interface LaunchRequest extends SpawnRequest, JobTerms {
  /** The kind of process that launches the job and looks after it. */
  readonly owner: OwnerKind;
  readonly name: string | null;
  /** The same as in JobRecord. */
  readonly key?: string | undefined;
  readonly command: string;
  /** Root of the project that it runs in. */
  readonly project: string;
  /** Takes one of the slots; else it is on record, and fills nobody's. */
  readonly counts: boolean;
  /** Somebody asked for this timeout: it holds for whoever serves, too. */
  readonly isTimeoutAskedFor: boolean;
}

export interface LaunchPorts {
  /** Its books have every job, whoever looks after it. */
  readonly gatehouse: Gatehouse;
  readonly containers: ContainerFactory;
  readonly self: ThisProcess;
  readonly clock: Clock;
  /** It is asked before the spawn, and held from then on until the job is over. */
  readonly reserve: Reserve;
  /** Is told in a sentence what went wrong beside the job; the job goes on, or is ended, all the same. */
  readonly onTrouble: (sentence: string) => void;
  /** Called when something has to be killed: a launch that ends by itself never loads any of it. */
  readonly forKilling: () => Promise<KillPorts>;
  /** This process launches jobs, and tells of what runs beside them: every other orphan that comes to it is of one of them. A gate always is. */
  readonly isAlone?: boolean;
  /** The same as in WatchPorts. */
  readonly isSpared?: (members: MemberSampler) => Promise<boolean>;
}
