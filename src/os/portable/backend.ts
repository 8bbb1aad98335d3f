/** Every POSIX system that has no backend of its own: what ps, lsof and three libraries tell, and no more. */
import { lstatSync } from "node:fs";
import type { Backend } from "../backend.ts";
import { gatedJobs } from "../gated-jobs.ts";
import { openPortableControl } from "./control.ts";
import { portableGate } from "./gated-jobs.ts";
import { growthAnywhere } from "./growth.ts";
import { acquireFileLock } from "./lock.ts";
import type { Dialect } from "./ps-text.ts";
import { PortableSampler } from "./sampler.ts";

export const portableBackend = (dialect: Dialect): Backend => ({
  openSampler: (options) => new PortableSampler(dialect, options),
  openControl: () => openPortableControl(dialect),
  openTerminals: null,
  openGatedJobs: (directories) => gatedJobs(directories, portableGate),
  // who made the socket; that nobody else can connect is the directory's doing
  isWritable: () => true,
  listenerAccount: (path) => lstatSync(path, { throwIfNoEntry: false })?.uid ?? null,
  connectedAccounts: () => new Set(),
  acquireLock: acquireFileLock,
  replaceProcess: null,
  watchGrowth: growthAnywhere,
  punchHole: () => false,
  findHole: () => null,
  probe: async () => (await import("./probe.ts")).probePortable(),
});
