/** As select.ts, for what happens before anything else is loaded. */
import { isStartedClean } from "./own-bun.ts";

/**
 * Returns where this Bun was started as ours are. Where it was not, and the system can, the program starts once more under
 * the same pid, and this does not return.
 */
export function startClean(): void {
  if (isStartedClean() || process.platform !== "linux") return;
  const { restartClean }: typeof import("./linux/restart-clean.ts") = require("./linux/restart-clean.ts");
  restartClean();
}
