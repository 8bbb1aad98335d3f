/** Everything that can be found out about this machine and this account, tried out one by one: a second in all. */
import type { Finding } from "../../../core/plan/finding.ts";
import { ownGroups } from "../contain/own-groups.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { groupKill, groupMemory, namespaces } from "./contain.ts";
import { exitNotice, guard, ownProc, pidfd, view } from "./holding.ts";
import { containerLimit, kernelOom, memoryKillers, ulimits } from "./killers.ts";
import { demand, inotify, io, listeners, openFiles, sharedMemory } from "./readings.ts";

/** In the order in which they are shown within their area. */
export async function probeLinux(): Promise<readonly Finding[]> {
  using proc = new ProcFiles();
  const [own, groups] = [ownProc(), ownGroups()];
  return [
    pidfd(),
    own,
    // whose processes another namespace's /proc shows says nothing about whom we could watch
    ...(own.state === "ok" ? [view()] : []),
    await guard(),
    await exitNotice(),
    demand(proc),
    io(proc),
    sharedMemory(proc),
    listeners(),
    openFiles(),
    await inotify(),
    groupKill(groups),
    groupMemory(groups),
    namespaces(),
    ...memoryKillers(),
    kernelOom(),
    containerLimit(groups),
    ulimits(),
  ];
}
