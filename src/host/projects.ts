/** Reads the configuration files that lie nearest above the jobs that run here. */
import { dirname } from "node:path";
import type { Loaded } from "../config/load.ts";
import { Projects, type ProjectsOptions } from "../config/files/projects.ts";
import type { Policy } from "../core/judge/policy.ts";
import type { ProcessSample } from "../core/process/process.ts";
import { isBun } from "../core/process/tree.ts";
import { systemClock } from "../os/clock.ts";
import type { ProcessSampler } from "../ports/sampler.ts";

/** `--mode observe`, or the variable: a person wants nobody stopped, whatever the projects' files say. */
export const onlyObserves = ({ sources, policy }: Loaded): boolean =>
  policy.mode === "observe" && ["environment", "flag"].includes(sources.get("mode")?.kind ?? "");

export const openProjects = (
  loaded: Loaded,
  more: Pick<ProjectsOptions, "onChange" | "onProblem" | "watch">,
): Projects =>
  new Projects({
    uid: loaded.options.uid,
    home: loaded.options.home,
    own: loaded.policy.projectRoot,
    observe: onlyObserves(loaded),
    nowMs: () => systemClock.monotonicMs(),
    ...more,
  });

/** Returns the directories in which Bun processes work, and those in which their scripts lie. */
export function* placesOf(processes: Iterable<ProcessSample>): Generator<string> {
  for (const process of processes) {
    if (!isBun(process)) continue;
    if (process.cwd !== null) yield process.cwd;
    if (typeof process.scriptPath === "string") yield dirname(process.scriptPath);
  }
}

/** The policy of a command that looks once: with the terms of every project that something runs in. */
export async function withProjects(loaded: Loaded, sampler: ProcessSampler): Promise<Policy> {
  if (loaded.policy.governance === undefined) return loaded.policy;
  using projects = openProjects(loaded, {});
  await projects.learn(projects.unknown(placesOf(sampler.sample().processes.values())));
  return projects.over(loaded.policy);
}
