/** What build.ts makes one file of. */
export { runWrapper } from "./main.ts";
export { isCurrent } from "./sources.ts";
