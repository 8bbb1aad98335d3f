/** As select.ts, for what happens before anything else is loaded. */
import { isStartedClean } from "../trust/own-bun.ts";

export const platformName = (): string => process.platform;

/** Signals that were ignored on entry, and so stay ignored, are left out. Not known beside Linux: none is left out. */
export const notIgnored = <Signal extends NodeJS.Signals>(signals: readonly Signal[]): readonly Signal[] =>
  process.platform === "linux" ? signals.filter((signal) => !linux().isIgnored(signal)) : signals;

/** A command that ignores what we were started to ignore. */
export const ignoringToo = (argv: readonly string[]): readonly string[] =>
  process.platform === "linux" ? linux().withIgnoredSignals(argv) : argv;

/** What a container's pid 1 owes its orphans. Beside Linux there are no such containers. */
export function reapAsFirstProcess(): void {
  if (process.pid === 1 && process.platform === "linux") linux().reapAdopted();
}

/** Descriptors for a service of this title. Beside Linux nothing is known of them before they are missing. */
export function requireToServe(title: string): void {
  if (process.platform === "linux") linux().requireDescriptors(title);
}

/** null beside Linux: no settings are kept there. */
export const launchFiles = () => (process.platform === "linux" ? linux().loadLaunchFiles() : null);

/** Of the terminal behind a descriptor; null: none is. */
export function terminalColumns(fd: 1 | 2): number | null {
  if (process.platform === "linux") return linux().columnsBehind(fd);
  const { isTTY, columns } = fd === 1 ? process.stdout : process.stderr;
  return isTTY ? columns : null;
}

/** Why this system launches nothing; null on Linux. To be asked before anything that launches is loaded: that opens libraries of Linux. */
export const whyNoLaunch = (platform: string = process.platform): string | null =>
  platform === "linux"
    ? null
    : `bun-watchdog cannot hold a program and what it starts together on ${platform}, so it starts none there. Run it on Linux, in a container for instance.`;

/** Who is at the other end of a connected unix socket, by the kernel's word; null: it is not told, as everywhere beside Linux. */
export const socketPeer = (fd: number): { readonly pid: number; readonly uid: number } | null =>
  process.platform === "linux" ? linux().loadPeers().peerOf(fd) : null;

/** When the process began that has this pid now, in clock ticks since boot; null: none has it, or it is not told (beside Linux). */
export const startTicksOf = (pid: number): number | null =>
  process.platform === "linux" ? (linux().loadPeers().livingId(pid)?.startTicks ?? null) : null;

const linux = (): typeof import("./linux/start/start.ts") => require("./linux/start/start.ts");

/**
 * Returns where this Bun was started as ours are. Where it was not, and the system can, the program starts once more under
 * the same pid, and this does not return.
 */
export function startClean(): void {
  if (isStartedClean() || process.platform !== "linux") return;
  linux().restartClean();
}
