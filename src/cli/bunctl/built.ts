/** build.ts makes one file of this. */
export { runBunctl } from "./main.ts";
export { isCurrent } from "../../gate/wrapper/sources.ts";
