/** Opens what a command needs of the machine. Each command takes only the parts it runs with. */
import type { Policy, Self } from "../core/judge/policy.ts";
import type { TerminatePorts } from "../kill/ports.ts";
import type { WatchPorts } from "../monitor/watching.ts";
import { ownRuntimeDirectories } from "../os/runtime-directory.ts";
import { openGatedJobs, openSampler, openTerminals } from "../os/select.ts";
import type { ProcessSampler } from "../ports/sampler.ts";

export const uid = (): number => process.getuid?.() ?? -1;

export const samplerFor = ({ scope, projectRoot }: Policy): ProcessSampler =>
  openSampler({ uid: uid(), scope: scope === "nearest" ? "user" : scope, projectRoot });

/** Everything to act with. The sampler is the caller's to close. */
export const openWatchPorts = (
  sampler: ProcessSampler,
  killing: Omit<TerminatePorts, "sampler">,
): WatchPorts => ({
  ...killing,
  sampler,
  ...(openTerminals !== null && { terminals: openTerminals() }),
  gated: openGatedJobs(() => ownRuntimeDirectories(uid())),
});

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
