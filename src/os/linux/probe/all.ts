/** Everything that can be found out about this machine and this account, tried out one by one: a second in all. */
import type { Finding } from "../../../core/plan/finding.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { namespaces, subreaper } from "./contain.ts";
import { exitNotice, guard } from "./endings.ts";
import { groupKill, groupMemory } from "./groups.ts";
import { ownProc, pidfd, view } from "./identity.ts";
import { inotify } from "./inotify.ts";
import { containerLimit, kernelOom, memoryKillers, ulimits } from "./killers.ts";
import { demand, io, listeners, openFiles, sharedMemory } from "./readings.ts";

/** In the order in which they are shown within their area. */
export async function probeLinux(): Promise<readonly Finding[]> {
  using proc = new ProcFiles();
  const own = ownProc();
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
    groupKill(),
    groupMemory(),
    subreaper(),
    namespaces(),
    ...memoryKillers(),
    kernelOom(),
    containerLimit(),
    ulimits(),
  ];
}
