/** build.ts makes the daemon's file of this. It is run as it is, too: that takes less memory than a script that loads it. */
import { runManager } from "./run-manager.ts";

export { runManager };
export { isCurrent } from "../../gate/wrapper/sources.ts";

if (import.meta.main) {
  const argv = process.argv.slice(2);
  void runManager(argv).then((code) => process.exit(code));
}
