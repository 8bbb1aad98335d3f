/** What build.ts makes one file of. */
export { runBunctl } from "./main.ts";
export { isCurrent } from "../../gate/wrapper/sources.ts";
