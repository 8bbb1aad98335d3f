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

/** "/usr/bin/git commit" */
const GIT = /^(?:\S*\/)?git(?: |$)/;

/** git exports these to its hooks (githooks(5)); husky and lefthook keep them. */
const OF_HOOKS = ["GIT_INDEX_FILE", "GIT_DIR"] as const;

/**
 * Reads the process's ancestors once: they do not change while it runs, unless one of them dies. `hook`: take this for a
 * git hook even when no ancestor is git.
 */
export function readSelf(sampler: ProcessSampler, { hook = false }: { readonly hook?: boolean } = {}): Self {
  const ancestors = sampler.ancestors(process.pid);
  const gitPid = ancestors.find((pid) => GIT.test(sampler.describe(pid) ?? "")) ?? null;
  const isHook = hook || gitPid !== null || OF_HOOKS.some((name) => process.env[name] !== undefined);
  return { uid: uid(), pid: process.pid, ancestors, gitPid, hook: isHook };
}
