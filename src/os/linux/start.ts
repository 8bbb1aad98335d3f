/** What select-start.ts takes from here: one branch to look at. */
export { ignoringToo, isIgnored } from "./ignored-signals.ts";
export { reapAdopted } from "./reap.ts";
export { requireToWatch } from "./reserve.ts";
export { restartClean } from "./restart-clean.ts";

/** Loaded when it is asked for: most starts do not. */
export function launchFiles(): typeof import("./launch-files.ts").launchFiles {
  const loaded: typeof import("./launch-files.ts") = require("./launch-files.ts");
  return loaded.launchFiles;
}
