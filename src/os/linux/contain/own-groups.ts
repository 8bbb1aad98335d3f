/** The groups that this process is in; read anew each time, since it may have been moved. */
import { textIn } from "../files/files.ts";
import { type Directories, groupDirectories, type Mounts, parseCgroupMounts } from "../proc/cgroup-mounts.ts";

export const cgroupMounts = (): Mounts => parseCgroupMounts(textIn("/proc/self/mountinfo"));

export const ownGroups = (mounts = cgroupMounts()): Directories =>
  groupDirectories(textIn("/proc/self/cgroup"), mounts);
