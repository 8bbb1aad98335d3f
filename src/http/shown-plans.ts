/**
 * Plans that somebody was shown. What is carried out has to name one of them, so that nobody confirms what he has not seen;
 * it is good once, for a while, and for what it was made for.
 */
import type { Step } from "../core/plan/plan.ts";

export interface ShownPlan {
  /** What it was asked for: a clean-up, or a process by its name. */
  readonly about: string;
  readonly force: boolean;
  readonly steps: readonly Step[];
}

/** As long as a person thinks it over. */
const GOOD_FOR_MS = 120_000;
const MOST = 64;

export class ShownPlans {
  readonly #nowMs: () => number;
  readonly #shown = new Map<string, ShownPlan & { readonly atMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Its id; null: there is nothing in it to confirm. */
  show(plan: ShownPlan): string | null {
    if (plan.steps.length === 0) return null;
    const [oldest] = this.#shown.keys();
    if (this.#shown.size >= MOST && oldest !== undefined) this.#shown.delete(oldest);
    const id = crypto.randomUUID();
    this.#shown.set(id, { ...plan, atMs: this.#nowMs() });
    return id;
  }

  /** null: nobody was shown it for this, it is too old, or it was carried out already. */
  take(id: string, about: string): ShownPlan | null {
    const plan = this.#shown.get(id);
    if (plan === undefined || plan.about !== about) return null;
    this.#shown.delete(id);
    return this.#nowMs() - plan.atMs <= GOOD_FOR_MS ? plan : null;
  }
}
