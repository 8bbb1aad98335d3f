/**
 * The kill protocol, once. It never kills the wrong process, and what it says is dead is dead:
 *
 *     pin → journal → SIGTERM once per process → grace → freeze, rescan to a fixpoint, SIGKILL → verify → journal
 */
import type { EventBody } from "../core/plan/event.ts";
import type { TargetOutcome } from "../core/plan/outcome.ts";
import type { Step } from "../core/plan/plan.ts";
import { processKey, type ProcessSample, type Snapshot } from "../core/process/process.ts";
import type { Remains } from "../ports/container.ts";
import { escalate, waitForEnds } from "./escalate.ts";
import { Freeze } from "./freeze.ts";
import type { TerminatePorts } from "./ports.ts";
import { settle } from "./settle.ts";
import { termOrder } from "./signal-order.ts";
import { Targets } from "./targets.ts";

export interface TerminateOptions {
  /** Between SIGTERM and SIGKILL; ends early when everybody has ended. `step.immediate` means none. */
  readonly graceMs: number;
  /** Asked for everything that a rescan finds (I1); what it refuses is left alone and listed. */
  readonly mayKill: (process: ProcessSample) => boolean;
  /** What the step was planned from: nobody who was there then replaced the victim later. */
  readonly before?: Snapshot;
  /**
   * All of a container is to be stopped: the sampler shows its members alone, each of them is a target, and instead of
   * freezing and finding them one by one the kernel is asked to kill all at once, where it can.
   */
  readonly container?: Pick<Remains, "killAll">;
  /** How long the ends are waited for after SIGKILL. Default 3000. */
  readonly verifyMs?: number;
  /** How long respawners and supervisors get to show themselves. Default 200. */
  readonly settleMs?: number;
}

export interface StepOutcome {
  /** As in the journal: the intent and the outcome of one step share it. */
  readonly stepId: string;
  /** Every planned target and everything found later; only what is verified counts as dead. */
  readonly outcomes: readonly TargetOutcome[];
  /** Descendants that were left alone and are still there. */
  readonly left: readonly ProcessSample[];
}

/** A victim that goes on in another process more often than this is reported instead. */
const MAX_PURSUITS = 5;
/** Where descriptors are short each pursuit ends a few, whose descriptors go to the next. */
const MAX_ROUNDS_OF_WAITING = 500;

/**
 * Carries out one step. Expected mishaps (gone, refused, survived) are outcomes and never keep the other targets
 * from being dealt with. Throws for bugs and for a system out of resources, and leaves nothing frozen then either.
 */
export async function terminate(
  step: Step,
  ports: TerminatePorts,
  options: TerminateOptions,
): Promise<StepOutcome> {
  const { clock, journal } = ports;
  const stepId = `${processKey(step.victim.id)}@${clock.wallMs()}`;
  const tell = (event: EventBody): void => journal.write({ atMs: clock.wallMs(), ...event });

  using targets = new Targets(step, ports, options);
  targets.pinPlanned();
  await targets.adopt();
  tell(intent(stepId, step, targets));
  targets.signalling();

  if (!step.immediate) {
    askToEnd(targets, step.signalled);
    await targets.waitForEnd(options.graceMs);
  }
  await pursue(targets, ports, stepId, tell, options);

  const outcomes = settle(targets, ports);
  const left = targets.left();
  tell({ type: "outcome", stepId, ...named(step), outcomes, left: left.map(nameOf) });
  return { stepId, outcomes, left };
}

/** SIGTERM where it belongs, then SIGCONT: a stopped process would keep the request pending (Z17). */
const askToEnd = (targets: Targets, signalled: readonly number[]): void => {
  const byPid = new Map(targets.living().map((target) => [target.sample.id.pid, target]));
  const order = termOrder(
    targets.all.map(({ sample }) => sample),
    signalled,
    (pid) => byPid.has(pid),
  );
  for (const pid of order) byPid.get(pid)?.send("SIGTERM");
  for (const target of targets.living()) {
    if (target.refusal === null && target.pin.status()?.state === "stopped") target.send("SIGCONT");
  }
};

/** A look can miss a hydra's head that is born, or in the middle of its exec, right then. */
const QUIET_LOOKS = 2;
/** Somebody young may be about all the time, who has nothing to do with this. */
const MAX_LOOKS = 10;
const BETWEEN_LOOKS_MS = 25;

/** Until nobody is left to try, and nobody new turns up after a pause for those who start themselves again. */
async function pursue(
  targets: Targets,
  ports: TerminatePorts,
  stepId: string,
  tell: (event: EventBody) => void,
  { verifyMs = 3_000, settleMs = 200, container }: TerminateOptions,
): Promise<void> {
  let pursuits = 0;
  let [looks, quiet] = [0, 0];
  while (quiet < QUIET_LOOKS && looks < MAX_LOOKS) {
    await targets.adopt();
    const most = targets.waiting.length > 0 ? MAX_ROUNDS_OF_WAITING : MAX_PURSUITS;
    if (targets.untried().length > 0 && pursuits < most) {
      pursuits++;
      [looks, quiet] = [0, 0];
      if (container?.killAll() === true) {
        for (const target of targets.untried()) target.killedInContainer();
        await waitForEnds(targets, ports.clock, verifyMs);
        continue;
      }
      await using freeze = await Freeze.begin(ports, stepId, tell);
      await escalate(targets, freeze, ports.clock, verifyMs);
      continue;
    }
    if (looks > 0 && !targets.isUnsettled()) quiet++;
    if (quiet < QUIET_LOOKS) await ports.clock.sleep(looks === 0 ? settleMs : BETWEEN_LOOKS_MS);
    looks++;
  }
}

const nameOf = ({ id, command }: ProcessSample) => ({ id, command });

const named = (step: Step) => ({ victim: nameOf(step.victim), rule: step.cause.rule });

const intent = (stepId: string, step: Step, targets: Targets): EventBody => ({
  type: "intent",
  stepId,
  ...named(step),
  targets: [...targets.all.map(({ sample }) => sample), ...targets.waiting].map(nameOf),
  evidence: step.cause.evidence,
  signal: step.immediate ? "SIGKILL" : "SIGTERM",
  limit: step.cause.by === "verdict" ? step.cause.limit : null,
  value: step.cause.by === "verdict" ? step.cause.value : null,
  jobId: step.jobId,
  kind: step.victim.kind,
  cwd: step.victim.cwd,
});
