/** Linux: everything from /proc and by system calls. */
import type { Backend } from "../backend.ts";
import { gatedJobs } from "../gated-jobs.ts";
import { openLinuxControl } from "./control.ts";
import { linuxGate } from "./gatehouse/gated-jobs.ts";
import { acquireLock } from "./lock.ts";
import { isWritable } from "./pidfd.ts";
import { connectedAccounts, listenerAccount } from "./peer.ts";
import { openLinuxSampler } from "./sampler.ts";
import { openTerminals } from "./terminals.ts";

export const linuxBackend: Backend = {
  openSampler: openLinuxSampler,
  openControl: openLinuxControl,
  openTerminals,
  openGatedJobs: (directories) => gatedJobs(directories, linuxGate()),
  isWritable,
  listenerAccount,
  connectedAccounts,
  acquireLock,
  replaceProcess: async (path, argv, env) => {
    const { replaceProcess } = await import("./exec.ts");
    replaceProcess(path, argv, env);
  },
  probe: async () => (await import("./probe/all.ts")).probeLinux(),
};
