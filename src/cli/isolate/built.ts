/** build.ts makes one file of this. */
export { runIsolate } from "./main.ts";
export { isCurrent } from "../../gate/wrapper/sources.ts";
