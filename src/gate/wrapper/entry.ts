/** Where the wrapper begins. On another system than Linux nothing of it is loaded: no library of Linux can be opened there. */
import { startClean, whyNoLaunch } from "../../os/select-start.ts";

/** 125 as for everything that the wrapper itself fails in. */
const REFUSED = 125;

/** Resolves to the exit code. */
export async function enterWrapper(argv: readonly string[]): Promise<number> {
  const why = whyNoLaunch();
  if (why === null) {
    startClean();
    return (await import("./main.ts")).runWrapper(argv);
  }
  console.error(`error: ${why}`);
  return REFUSED;
}
