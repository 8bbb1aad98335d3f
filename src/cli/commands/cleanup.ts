/** `cleanup`: stop what runs away now. A running monitor does it on our behalf, so that a job has one killer. */
import { statSync } from "node:fs";
import { systemClock } from "../../os/clock.ts";
import { cleanup as cleanUp } from "../../monitor/cleanup.ts";
import type { CleanupReport, CleanupRequest } from "../../wire/reports.ts";
import type { Loaded } from "../../config/load.ts";
import type { Self } from "../../core/judge/policy.ts";
import type { ProcessSampler } from "../../ports/sampler.ts";
import { configuration, type ConfigFlags } from "../../host/configuration.ts";
import { whileSaying } from "../../render/progress.ts";
import { hasNews, openOf, renderCleanup } from "../../render/cleanup.ts";
import { backOf, cleanupDocument, survivorsOf } from "../../wire/documents/actions.ts";
import { offer } from "../../watch/hand-over.ts";
import { openOwnWatcher } from "../../watch/own-watcher.ts";
import { withProjects } from "../../host/projects.ts";
import { monitorOver, unlessSilent } from "../../host/running-monitor.ts";
import { readSelf, samplerFor } from "../../host/watch-ports.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration } from "../declaring.ts";
import { durationOption } from "../values.ts";

interface CleanupFlags extends ConfigFlags {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly hook?: boolean;
  readonly strict?: boolean;
  readonly watchFor?: number;
  readonly json?: boolean;
}

async function byOurselves(
  loaded: Loaded,
  sampler: ProcessSampler,
  request: CleanupRequest,
  self: Self,
): Promise<CleanupReport> {
  // a commit is about its own project: nobody else's file has a say in it
  const policy = self.hook ? loaded.policy : await withProjects(loaded, sampler);
  await using own = openOwnWatcher({ ...loaded, policy }, sampler, self);
  // a job that ran before its project had limits has the reprieve that a monitor would give it
  if (self.hook && loaded.path !== null) own.watcher.begin(false, limitsAgoMs(loaded.path));
  return await cleanUp(own.watcher, request, self, { look: { kind: "one-shot", full: false } });
}

const limitsAgoMs = (path: string): number => Math.max(0, systemClock.wallMs() - statSync(path).mtimeMs);

/** Exit 1 when something survived, was held back or could not be judged; in a git hook only with --strict. */
export function exitCode(
  report: CleanupReport,
  self: Pick<Self, "hook">,
  options: Pick<CleanupFlags, "strict">,
): number {
  const isOpen = report.mode === "enforce" && openOf(report) > 0;
  const survived = isOpen || [...survivorsOf(report.carriedOut), ...backOf(report.carriedOut)].length > 0;
  return survived && (!self.hook || options.strict === true) ? 1 : 0;
}

async function cleanup(options: CleanupFlags): Promise<number> {
  const loaded = await configuration(options);
  const request: CleanupRequest = {
    dryRun: options.dryRun === true,
    force: options.force === true,
    yes: options.yes === true,
    watchForMs: options.watchFor ?? 0,
    project: loaded.policy.scope === "machine" ? null : loaded.policy.projectRoot,
  };
  const sampler = samplerFor(loaded.policy);
  try {
    const self = readSelf(sampler, { hook: options.hook === true });
    const monitor = await unlessSilent(monitorOver(loaded.policy), request.force);
    const ask = async (): Promise<CleanupReport> => {
      if (monitor === null) return byOurselves(loaded, sampler, request, self);
      await offer(monitor, loaded, false);
      return monitor.cleanup(request, self);
    };
    const report = await whileSaying(
      monitor === null ? "looking for runaways" : `asking the monitor ${monitor.about.pid}`,
      ask,
    );
    if (options.json === true) console.log(JSON.stringify(cleanupDocument(report)));
    // a commit is no place to say that nothing is the matter
    else if (!self.hook || hasNews(report)) console.log(renderCleanup(report));
    return exitCode(report, self, options);
  } finally {
    sampler.close();
  }
}

export const cleanupCommand: Declaration = {
  options: [
    ...CONFIG_OPTIONS,
    ["-n, --dry-run", "print the plan and send nothing"],
    ["-f, --force", "no grace: SIGKILL at once (spares what is always spared)"],
    ["-y, --yes", "also act on jobs the monitor still gives a reprieve"],
    ["--hook", "behave as in a git hook: no concurrency limit, survivors do not fail it"],
    ["--strict", "in a hook: fail when something survives"],
    ["--watch-for <duration>", "look that long before deciding, e.g. 60s", durationOption],
    JSON_OPTION,
  ],
  examples: [
    ["cleanup --dry-run", "what would be stopped, and why"],
    ["cleanup", "stop it: SIGTERM, grace, SIGKILL, verify"],
    ["cleanup --force", "a process that will not die"],
    ["cleanup --watch-for 60s", "look longer before deciding about CPU"],
  ],
  exitCodes: [
    ["0", "nothing was a runaway, or every runaway is dead"],
    ["1", "something survived, was held back or could not be judged; in a git hook only with --strict"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: cleanup,
};
