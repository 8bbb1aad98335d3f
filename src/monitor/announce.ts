/** Says each thing once: what is held back, what becomes suspect, when the breaker opens. */
import type { Breaker } from "../core/plan/breaker.ts";
import { namedProcess, type EventBody } from "../core/plan/event.ts";
import type { Plan } from "../core/plan/plan.ts";
import { processKey } from "../core/process/process.ts";
import { isNews, type Judgement } from "../core/judge/verdict.ts";

interface Announced {
  readonly plan: Plan;
  readonly judgement: Judgement;
  readonly breaker: Breaker;
  /** Jobs that are being stopped: the intent has said it. */
  readonly inFlight: ReadonlySet<string>;
  /** Steps are not carried out. */
  readonly observing: boolean;
}

export class Announcer {
  readonly #write: (event: EventBody) => void;
  /** Kept as long as it is still true, so that it is said again after it had stopped. */
  #said = new Set<string>();
  #breakerOpen = false;

  constructor(write: (event: EventBody) => void) {
    this.#write = write;
  }

  announce(seen: Announced): void {
    const still = new Set<string>();
    const once = (key: string, event: () => EventBody): void => {
      if (!this.#said.has(key)) this.#write(event());
      still.add(key);
    };
    for (const { victim, verdict, because } of heldBack(seen)) {
      once(`held ${processKey(victim.id)} ${verdict.rule} ${because}`, () => ({
        type: "held-back",
        victim: namedProcess(victim),
        rule: verdict.rule,
        evidence: verdict.evidence,
        because,
      }));
    }
    const watched = seen.judgement.jobs.filter(({ protectedBecause }) => protectedBecause === null);
    for (const { process, verdicts } of watched.flatMap((job) => job.processes)) {
      for (const { rule, evidence } of verdicts.filter(isNews)) {
        once(`suspect ${processKey(process.id)} ${rule}`, () => ({
          type: "suspect",
          victim: namedProcess(process),
          rule,
          evidence,
        }));
      }
    }
    this.#said = still;
    const { open, killsMs } = seen.breaker;
    if (open !== this.#breakerOpen) this.#write({ type: "breaker", open, killsLastMinute: killsMs.length });
    this.#breakerOpen = open;
  }
}

/** Lists what is over a limit and stays; in observe mode that is all of it. */
function heldBack({ plan, judgement, inFlight, observing }: Announced): Plan["heldBack"] {
  const ending = new Set<number>();
  for (const { job } of judgement.jobs) {
    if (inFlight.has(job.id)) for (const { id } of job.members) ending.add(id.pid);
  }
  const kept = plan.heldBack.filter(({ victim }) => !ending.has(victim.id.pid));
  if (!observing) return kept;
  const observed = plan.steps.flatMap(({ victim, cause }) =>
    cause.by === "verdict" ? [{ victim, verdict: cause, because: "the mode is observe" }] : [],
  );
  return [...kept, ...observed];
}
