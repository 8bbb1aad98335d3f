/** Linux: everything from /proc and by system calls. */
import type { Backend } from "../backend.ts";
import { gatedJobs } from "../gated-jobs.ts";
import { openLinuxControl } from "./pin/control.ts";
import { linuxGate } from "./gatehouse/gated-jobs.ts";
import { acquireOfdLock } from "./files/lock.ts";
import { inotifyGrowth } from "./files/growth.ts";
import { fallocateHole } from "./files/punch.ts";
import { growthAnywhere } from "../portable/growth.ts";
import { isWritableDescriptor } from "./pin/pidfd.ts";
import { connectedUids, listenerUid } from "./files/peer.ts";
import { openLinuxSampler } from "./sample/sampler.ts";
import { openPseudoTerminals } from "./files/terminals.ts";

export const linuxBackend: Backend = {
  openSampler: openLinuxSampler,
  openControl: openLinuxControl,
  openTerminals: openPseudoTerminals,
  openGatedJobs: (directories) => gatedJobs(directories, linuxGate()),
  isWritable: isWritableDescriptor,
  listenerAccount: listenerUid,
  connectedAccounts: connectedUids,
  acquireLock: acquireOfdLock,
  replaceProcess: async (path, argv, env) => {
    const { execve: replaceProcess } = await import("./start/exec.ts");
    replaceProcess(path, argv, env);
  },
  watchGrowth: (directory, onGrown) =>
    inotifyGrowth(directory, onGrown) ?? growthAnywhere(directory, onGrown),
  punchHole: fallocateHole,
  probe: async () => (await import("./probe/all.ts")).probeLinux(),
};
