/** `bunctl daemon run`: the manager in the foreground, or started in the background, without any other command. */
import { runDaemon } from "../../manager/daemon/run-daemon.ts";
import { atEdge } from "../edge.ts";

/** Resolves to the process's exit code. */
export const runManager = (argv: readonly string[]): Promise<number> =>
  atEdge(
    argv,
    async () => {
      await runDaemon({ onSaid: console.log, resurrects: argv.includes("--resurrect") });
      return 0;
    },
    false,
  );
