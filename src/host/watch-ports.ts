/** Opens what a command needs of the machine. Each command takes only the parts it runs with. */
import type { Policy, Self } from "../core/judge/policy.ts";
import type { WatchPorts } from "../monitor/watching.ts";
import { systemClock } from "../os/clock.ts";
import { ensureRuntimeDirectory, ownRuntimeDirectories, runtimePath } from "../os/runtime-directory.ts";
import { backendName, openControl, openGatedJobs, openSampler, openTerminals } from "../os/select.ts";
import type { Journal } from "../ports/journal.ts";
import type { ProcessSampler } from "../ports/sampler.ts";
import { openFrozenRecord } from "../record/frozen.ts";

export const uid = (): number => process.getuid?.() ?? -1;

export const samplerFor = ({ scope, projectRoot }: Policy): ProcessSampler =>
  openSampler({ uid: uid(), scope: scope === "nearest" ? "user" : scope, projectRoot });

/** Everything to act with. The sampler is the caller's to close. */
export function openWatchPorts(sampler: ProcessSampler, journal: Journal): WatchPorts {
  const control = openControl();
  return {
    sampler,
    control,
    clock: systemClock,
    journal,
    ...(openTerminals !== null && { terminals: openTerminals() }),
    gated: openGatedJobs(() => ownRuntimeDirectories(uid())),
    frozen: openFrozenRecord(runtimePath(ensureRuntimeDirectory(uid()), frozenName(), "d"), control),
  };
}

/** Each backend tells processes apart by start times of its own: another's record would mean nobody to it. */
const frozenName = (): string => (backendName() === "native" ? "frozen" : "frozen-portable");

/** The base name of what a command line runs: "/usr/bin/git commit" → "git". */
const program = (command: string): string => command.split(" ", 1)[0]?.split("/").at(-1) ?? "";

/** git exports these to its hooks (githooks(5)); husky and lefthook keep them. */
const inGitHook = (): boolean =>
  process.env["GIT_INDEX_FILE"] !== undefined || process.env["GIT_DIR"] !== undefined;

interface SelfOptions {
  /** `--hook`: take this for a git hook even when no ancestor is git. */
  readonly hook?: boolean;
}

/** Reads the process's ancestors once: they do not change while it runs, unless one of them dies. */
export function readSelf(sampler: ProcessSampler, options: SelfOptions = {}): Self {
  const ancestors = sampler.ancestors(process.pid);
  const git = ancestors.find((pid) => program(sampler.describe(pid) ?? "") === "git");
  return {
    uid: process.getuid?.() ?? -1,
    pid: process.pid,
    ancestors,
    gitPid: git ?? null,
    hook: options.hook === true || git !== undefined || inGitHook(),
  };
}
