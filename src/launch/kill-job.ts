/** Ends all of a launched job through the one kill protocol; loaded when there is something to end. */
import { isOurs } from "../core/process/ours.ts";
import { isBack, isDead, type TargetOutcome } from "../core/plan/outcome.ts";
import type { Cause } from "../core/plan/cause.ts";
import type { Step } from "../core/plan/plan.ts";
import { namedProcess, type Named } from "../core/plan/event.ts";
import type { ProcessId, ProcessSample } from "../core/process/process.ts";
import { signalledOf } from "../core/plan/targets.ts";
import { ancestorsOf, byPid } from "../core/process/tree.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContainerFactory, Remains } from "../ports/container.ts";
import type { TerminatePorts } from "../kill/ports.ts";
import { terminate } from "../kill/terminate.ts";

/** Nobody outside starts members of a container again: only whoever was being born at the last look is waited for. */
const SETTLE_MS = 25;

/** Killing needs these ports and waiting does not: they are opened when it comes to killing. */
export type KillPorts = Pick<TerminatePorts, "control" | "journal" | "frozen">;

interface KillJobPorts extends KillPorts {
  readonly containers: Pick<ContainerFactory, "sampler">;
  readonly clock: Clock;
}

interface JobToKill {
  readonly jobId: string;
  readonly container: Remains;
  /** Named in the journal as the victim while it lives; null = not known. */
  readonly root: ProcessId | null;
  readonly self: ProcessId;
}

export interface Killed {
  readonly outcomes: readonly TargetOutcome[];
  readonly survivors: readonly Named[];
}

/** Resolves when nothing of the job is left, or what is left is named. */
export async function killJob(
  job: JobToKill,
  cause: Cause,
  graceMs: number,
  { containers, control, clock, journal, frozen }: KillJobPorts,
): Promise<Killed> {
  const sampler = await containers.sampler(job.container);
  try {
    // the job can move its wrapper into its own group
    const isOther = ({ id }: Pick<ProcessSample, "id">): boolean => id.pid !== job.self.pid;
    const members = [...sampler.sample().processes.values()].filter(isOther);
    const victim = members.find(({ id }) => id.pid === job.root?.pid) ?? members[0];
    if (victim === undefined) return { outcomes: [], survivors: [] };
    const { outcomes, left } = await terminate(
      stepFor(job.jobId, victim, members, cause),
      { sampler, control, clock, journal, frozen },
      {
        graceMs,
        mayKill: (process) => process.id.pid > 1 && isOther(process),
        container: job.container,
        settleMs: SETTLE_MS,
      },
    );
    const undead = outcomes.filter(({ result }) => !isDead(result) && !isBack(result));
    const unseen = [...sampler.sample().processes.values()].filter(
      ({ id }) => !outcomes.some((outcome) => outcome.id.pid === id.pid),
    );
    return { outcomes, survivors: [...undead, ...left, ...unseen].filter(isOther).map(namedProcess) };
  } finally {
    sampler.close();
  }
}

const stepFor = (
  jobId: string,
  victim: ProcessSample,
  members: readonly ProcessSample[],
  cause: Cause,
): Step => ({
  jobId,
  victim,
  cause,
  targets: members,
  signalled: signalledOf(withoutGated(members)),
  left: [],
  isOrphan: false,
  immediate: false,
});

/** A wrapper inside the job ends its own job when it is told to: what is below it would hear it twice. */
const withoutGated = (members: readonly ProcessSample[]): readonly ProcessSample[] => {
  const processes = byPid(members);
  return members.filter((member) => !ancestorsOf(member, processes).some(isOurs));
};

export async function whoIsIn(
  container: Pick<Remains, "members">,
  containers: Pick<ContainerFactory, "sampler">,
): Promise<readonly Named[]> {
  const sampler = await containers.sampler(container);
  try {
    return [...sampler.sample().processes.values()].map(namedProcess);
  } finally {
    sampler.close();
  }
}
