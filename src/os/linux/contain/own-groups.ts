/** The groups that this process is in; read anew each time, since it may have been moved. */
import { textIn } from "../files/files.ts";
import { type Directories, groupDirectories, type Mounts, parseCgroupMounts } from "../proc/cgroup-mounts.ts";

export const cgroupMounts = (): Mounts => parseCgroupMounts(textIn("/proc/self/mountinfo"));

/** What was read last, and what was made of it: each start asks, and seldom is it another answer. */
let last: { readonly text: string; readonly mounts: Mounts; readonly directories: Directories } | null = null;

export function ownGroups(mounts = cgroupMounts()): Directories {
  const text = textIn("/proc/self/cgroup");
  if (last?.text !== text || last.mounts !== mounts)
    last = { text, mounts, directories: groupDirectories(text, mounts) };
  return last.directories;
}
