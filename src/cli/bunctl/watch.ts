/** `bunctl status --watch`: the live table, with this account's manager behind it. */
import { watchApps } from "../../live/apps/watch.ts";
import type { Sorting } from "../../render/apps/table.ts";
import { apps, requireManager, selectionOf } from "./manager.ts";

/** Resolves to 0 when it was left. */
export async function watchManager(words: readonly string[], sort: Sorting): Promise<number> {
  await watchApps(
    {
      look: () => apps(words),
      act: async (doing, id) => {
        const manager = await requireManager();
        const selection = selectionOf([String(id)]);
        switch (doing) {
          case "stop":
            return manager.stopApps(selection);
          case "start":
            return manager.startAgain(selection, { ifRunning: "keep", updateEnv: false });
          case "restart":
            return manager.restart(selection, { how: "restart", parallel: false, shellEnv: null });
        }
      },
    },
    sort,
  );
  return 0;
}
