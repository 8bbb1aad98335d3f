/** Where bunctl begins: the manager, which stays, has no use for the commands. */
import { whyNoLaunch } from "../../os/select-start.ts";

type Program = (argv: readonly string[]) => Promise<number>;

/** Resolves to the exit code. */
export const enterBunctl: Program = async (argv) => (await load(argv))(argv);

async function load(argv: readonly string[]): Promise<Program> {
  try {
    return argv.join(" ") === "daemon run"
      ? (await import("./run-manager.ts")).runManager
      : (await import("./main.ts")).runBunctl;
  } catch (error) {
    // on another system no library of Linux can be opened
    const why = whyNoLaunch();
    if (why === null) throw error;
    return async () => {
      console.error(`error: ${why}`);
      return 1;
    };
  }
}
