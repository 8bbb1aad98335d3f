/** Linux: everything from /proc and by system calls. Loaded when it is asked for: a service of ours needs some of it only. */
import type { Backend } from "../backend.ts";
import { growthAnywhere } from "../portable/growth.ts";
import { inotifyGrowth } from "./files/growth.ts";
import { acquireOfdLock } from "./files/lock.ts";
import { connectedUids, listenerUid } from "./files/peer.ts";
import { fallocateHole, seekHole } from "./files/holes.ts";
import { isWritableDescriptor } from "./pin/pidfd.ts";

const sampler = (): typeof import("./sample/sampler.ts") => require("./sample/sampler.ts");
const control = (): typeof import("./pin/control.ts") => require("./pin/control.ts");
const terminals = (): typeof import("./files/terminals.ts") => require("./files/terminals.ts");
const gate = (): typeof import("./gatehouse/gated-jobs.ts") => require("./gatehouse/gated-jobs.ts");
const gated = (): typeof import("../gated-jobs.ts") => require("../gated-jobs.ts");

export const linuxBackend: Backend = {
  openSampler: (options) => sampler().openLinuxSampler(options),
  openControl: () => control().openLinuxControl(),
  openTerminals: () => terminals().openPseudoTerminals(),
  openGatedJobs: (directories) => gated().gatedJobs(directories, gate().linuxGate()),
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
  findHole: seekHole,
  probe: async () => (await import("./probe/all.ts")).probeLinux(),
};
