/** `status`: every Bun process in scope and how it stands to the limits. Signals nothing. */
import type { Loaded } from "../../config/load.ts";
import { emptyHistory } from "../../core/history.ts";
import { look } from "../../monitor/tick.ts";
import type { Report } from "../../monitor/report.ts";
import { systemClock } from "../../os/clock.ts";
import { openGatedJobs } from "../../os/linux/gate/gated-jobs.ts";
import { runtimeDirectories } from "../../os/runtime-directory.ts";
import { configuration, type ConfigFlags } from "../configuration.ts";
import { renderJudgement } from "../render/judgement.ts";
import { statusJson } from "../render/status-json.ts";
import { shortPath } from "../render/command-name.ts";
import { howToEnforce, limitsInWords } from "../render/limits.ts";
import { bold, yellow } from "../render/style.ts";
import { monitorOver } from "../running-monitor.ts";
import { readSelf } from "../self.ts";
import { samplerFor, uid } from "../watch-ports.ts";

export interface StatusOptions extends ConfigFlags {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** CPU is a difference of two samples; this far apart one tick of the kernel's clock is 1 % of a core. */
const BETWEEN_SAMPLES_MS = 1_000;

/** The monitor's own view with its holds where one runs, else two samples of our own. */
async function report(loaded: Loaded): Promise<Report> {
  const { policy, path } = loaded;
  const sampler = samplerFor(policy);
  try {
    const self = readSelf(sampler);
    const monitor = await monitorOver(policy);
    if (monitor !== null) return await monitor.report(self);
    const gate = openGatedJobs(runtimeDirectories(uid()));
    const first = look(sampler, emptyHistory, policy, self, { kind: "one-shot", full: false });
    await systemClock.sleep(BETWEEN_SAMPLES_MS);
    const { snapshot, judgement } = look(sampler, first.history, policy, self, {
      kind: "one-shot",
      full: true,
      gated: gate.now(),
    });
    return { atMs: snapshot.atMs, policy, config: path, judgement, monitorPid: null };
  } finally {
    sampler.close();
  }
}

function header({ policy, config, monitorPid }: Report): string {
  const { mode, scope } = policy;
  const who = monitorPid === null ? "No monitor runs." : `The monitor ${monitorPid} watches.`;
  const scoped = scope === "user" ? "" : ` Scope ${scope}.`;
  return [
    `${bold(who)}${scoped} Configuration: ${config === null ? "none" : shortPath(config)}`,
    `Limits: ${limitsInWords(policy)}`,
    ...(mode === "observe" ? [yellow(`Observing: ${howToEnforce(config)}.`)] : []),
    "",
  ].join("\n");
}

const isOver = ({ judgement }: Report): boolean =>
  judgement.jobs
    .filter(({ protectedBecause }) => protectedBecause === null)
    .flatMap(({ processes }) => processes)
    .some(({ verdicts }) => verdicts.some(({ decision }) => decision === "runaway"));

/** Exit 0; with --check 1 when something is a runaway. */
export async function status(options: StatusOptions): Promise<number> {
  const now = await report(await configuration(options));
  if (options.json === true) console.log(JSON.stringify(statusJson(now)));
  else console.log(`${header(now)}\n${renderJudgement(now.judgement, now.policy)}`);
  return options.check === true && isOver(now) ? 1 : 0;
}
