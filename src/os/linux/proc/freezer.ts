/** What a process's cgroups say: whether it is frozen there (cgroups(7)). */
import type { ProcFiles } from "./proc-files.ts";
import { groupDirectories, parseCgroupMounts, type Mounts } from "./cgroup-mounts.ts";

/** Paths of the files that say "frozen" for a process with this /proc/PID/cgroup. */
export const freezerFiles = (cgroup: string, mounts: Mounts): { v1: string | null; v2: string | null } => {
  const { freezer, unified } = groupDirectories(cgroup, mounts);
  return {
    v1: freezer === null ? null : `${freezer}/freezer.state`,
    v2: unified === null ? null : `${unified}/cgroup.events`,
  };
};

let mounts: Mounts | null = null;

/** v1 freezer.state, v2 cgroup.events; false as well where it cannot be told (the root has no such file). */
export const isFrozen = (proc: ProcFiles, pid: number): boolean => {
  mounts ??= parseCgroupMounts(textOf(proc, "self/mountinfo"));
  const cgroup = textOf(proc, `${pid}/cgroup`);
  const { v1, v2 } = freezerFiles(cgroup, mounts);
  // FREEZING counts: the group waits for members that cannot stop, and delivers no signal meanwhile
  const frozenV1 = v1 !== null && /^(FROZEN|FREEZING)/.test(textOf(proc, v1));
  const frozenV2 = v2 !== null && /^frozen 1$/m.test(textOf(proc, v2));
  return frozenV1 || frozenV2;
};

/** "" when the process or its group is gone or hidden: no evidence. An absolute path is not looked for below /proc (openat(2)). */
const textOf = (proc: ProcFiles, path: string): string => proc.wholeText(path) ?? "";
