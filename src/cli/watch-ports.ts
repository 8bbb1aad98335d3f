/** Opens what a command needs of the machine. Each command takes only the parts it runs with. */
import type { Policy } from "../core/policy.ts";
import type { WatchPorts } from "../monitor/watching.ts";
import { systemClock } from "../os/clock.ts";
import { ensureRuntimeDirectory, ownRuntimeDirectories, runtimePath } from "../os/runtime-directory.ts";
import { backendName, openControl, openGatedJobs, openSampler, openTerminals } from "../os/select.ts";
import type { Journal, ProcessSampler } from "../ports.ts";
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
