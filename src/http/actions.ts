/**
 * What a page can have done about processes. The monitor does it: this server signals nobody, and where no monitor runs it
 * says so. First a plan, which sends nothing; then the same again with the id of that plan.
 */
import type { Loaded } from "../config/load.ts";
import { processName, type ProcessId } from "../core/process/process.ts";
import { cleanupDocument, stopDocument } from "../wire/documents/actions.ts";
import { HttpProblem } from "./problem.ts";
import { ShownPlans, type ShownPlan } from "./shown-plans.ts";
import type { MonitorSource } from "./source/monitor.ts";

/** With a plan: it is carried out. Without one: a plan is made. */
export interface Asking {
  readonly plan?: string | undefined;
  readonly force?: boolean | undefined;
}

const CLEANUP = "cleanup";

export class Actions {
  readonly #loaded: Loaded;
  readonly #monitor: MonitorSource;
  readonly #plans: ShownPlans;

  constructor(loaded: Loaded, monitor: MonitorSource, nowMs: () => number) {
    this.#loaded = loaded;
    this.#monitor = monitor;
    this.#plans = new ShownPlans(nowMs);
  }

  async cleanup({ plan, force = false }: Asking) {
    const shown = plan === undefined ? null : this.#take(plan, CLEANUP);
    const { scope, projectRoot } = this.#loaded.policy;
    const report = await this.#monitor.cleanup({
      dryRun: shown === null,
      force: shown?.force ?? force,
      // whoever confirms has seen what would be done
      yes: true,
      watchForMs: 0,
      project: scope === "machine" ? null : projectRoot,
      ...(shown !== null && { only: targetsOf(shown) }),
    });
    const planId =
      shown === null ? this.#plans.show({ about: CLEANUP, force, steps: report.plan.steps }) : null;
    return { ...cleanupDocument(report), planId };
  }

  async stop(name: string, { plan, force = false }: Asking) {
    const shown = plan === undefined ? null : this.#take(plan, name);
    if (shown === null) {
      const preview = await this.#monitor.stop({ chosen: [await this.#idOf(name)], force, dryRun: true });
      return {
        ...stopDocument(preview),
        planId: this.#plans.show({ about: name, force, steps: preview.plan.steps }),
      };
    }
    const report = await this.#monitor.stop({
      chosen: shown.steps.map(({ victim }) => victim.id),
      force: shown.force,
      dryRun: false,
      only: targetsOf(shown),
    });
    const [refused] = report.plan.refused;
    if (report.plan.steps.length === 0 && refused !== undefined)
      throw new HttpProblem(409, `Nothing was signalled: ${refused.because}.`);
    return { ...stopDocument(report), planId: null };
  }

  #take(id: string, about: string): ShownPlan {
    const shown = this.#plans.take(id, about);
    if (shown !== null) return shown;
    throw new HttpProblem(
      409,
      "Nothing was signalled: this plan was not shown for that, is older than two minutes, or was carried out. Ask for a new one, without `plan`.",
    );
  }

  /** The process of that name, as it is now. */
  async #idOf(name: string): Promise<ProcessId> {
    const { judgement } = await this.#monitor.report();
    const pid = Number.parseInt(name, 10);
    const members = judgement.jobs.flatMap(({ job }) => job.members);
    const found = members.find(({ id }) => id.pid === pid)?.id;
    if (found !== undefined && processName(found) === name) return found;
    const what = found === undefined ? "it has ended, or is out of view" : "its pid is another process's now";
    throw new HttpProblem(409, `Nothing was signalled: ${name} is not there any more; ${what}. Look again.`);
  }
}

/** The most that may die. */
const targetsOf = ({ steps }: ShownPlan): readonly ProcessId[] =>
  steps.flatMap(({ targets }) => targets.map(({ id }) => id));
