/** What select-start.ts takes from here: one branch to look at. */
export { columnsBehind } from "../files/terminal-size.ts";
export { withIgnoredSignals, isIgnored } from "./ignored-signals.ts";
export { reapAdopted } from "./reap.ts";
export { requireDescriptors } from "./reserve.ts";
export { restartClean } from "./restart-clean.ts";

/** Loaded when it is asked for: most starts do not. */
export function loadLaunchFiles(): typeof import("./launch-files.ts").linuxLaunchFiles {
  const loaded: typeof import("./launch-files.ts") = require("./launch-files.ts");
  return loaded.linuxLaunchFiles;
}

/** Likewise. */
export const loadPeers = (): typeof import("./peers.ts") => require("./peers.ts");
