/** What select-start.ts takes from here: one branch to look at. */
export { ignoringToo, isIgnored } from "./ignored-signals.ts";
export { reapAdopted } from "./reap-adopted.ts";
export { restartClean } from "./restart-clean.ts";
