/** `bun-watchdog/isolate`: what programs of others may import. */
export { runIsolated, type IsolatedEnd, type IsolatedRequest } from "./isolated.ts";
