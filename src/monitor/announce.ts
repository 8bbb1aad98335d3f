/** Says each thing once: what is held back, what becomes suspect, when the breaker opens. */
import type { Breaker } from "../core/breaker.ts";
import { named, type EventBody } from "../core/event.ts";
import type { Plan } from "../core/plan.ts";
import { processKey } from "../core/process.ts";
import type { Judgement } from "../core/verdict.ts";

export class Announcer {
  readonly #write: (event: EventBody) => void;
  /** Kept as long as it is still true, so that it is said again after it had stopped. */
  #said = new Set<string>();
  #breakerOpen = false;

  constructor(write: (event: EventBody) => void) {
    this.#write = write;
  }

  announce(plan: Plan, judgement: Judgement | null, breaker: Breaker): void {
    const still = new Set<string>();
    const once = (key: string, event: () => EventBody): void => {
      if (!this.#said.has(key)) this.#write(event());
      still.add(key);
    };
    for (const { victim, verdict, because } of plan.heldBack) {
      once(`held ${processKey(victim.id)} ${verdict.rule} ${because}`, () => ({
        type: "held-back",
        victim: named(victim),
        rule: verdict.rule,
        evidence: verdict.evidence,
        because,
      }));
    }
    for (const { process, verdicts } of judgement?.jobs.flatMap((job) => job.processes) ?? []) {
      for (const { rule, decision, evidence } of verdicts) {
        if (decision !== "suspect") continue;
        once(`suspect ${processKey(process.id)} ${rule}`, () => ({
          type: "suspect",
          victim: named(process),
          rule,
          evidence,
        }));
      }
    }
    this.#said = still;
    this.#announceBreaker(breaker);
  }

  #announceBreaker(breaker: Breaker): void {
    if (breaker.open === this.#breakerOpen) return;
    this.#breakerOpen = breaker.open;
    this.#write({ type: "breaker", open: breaker.open, killsLastMinute: breaker.killsMs.length });
  }
}
