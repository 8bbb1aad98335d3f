/** build.ts makes the daemon's file of this. */
export { runManager } from "./run-manager.ts";
export { isCurrent } from "../../gate/wrapper/sources.ts";
