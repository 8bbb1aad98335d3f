/** `bunctl status --watch`: apps and their instances, as a live table. */
import type { Sorting } from "../../render/apps/table.ts";
import { plural } from "../../text/style.ts";
import type { AppsDocument, ManagerReply } from "../../wire/manager.ts";
import { firstLine, play } from "../screen.ts";
import { initialApps, type AppsState, type Doing } from "./state.ts";
import { updateApps, withBegun, withReply, withSeen, type AppAction } from "./update.ts";
import { appNotices, appsFrame, appsPage } from "./view.ts";

/** The manager, as the table needs it. */
export interface AppsAtHand {
  look(): Promise<AppsDocument>;
  /** To the instance of that id. */
  act(doing: Doing, id: number): Promise<Pick<ManagerReply, "failures">>;
}

/** Resolves when it was left, whichever way, and what was begun has settled. */
export const watchApps = (manager: AppsAtHand, sort: Sorting): Promise<void> =>
  play<AppsState, AppAction>(
    {
      initial: initialApps(sort),
      frame: appsFrame,
      update: (state, key, size) => updateApps(state, key, appsPage(state, size)),
      look: async () => {
        const seen = await manager.look();
        return (state) => withSeen(state, seen);
      },
      withTrouble: (state, trouble) => ({ ...state, trouble }),
      act: async (effect, change) => {
        change((state) => withBegun(state, effect, Date.now()));
        const reply = await manager
          .act(effect.type, effect.row.instance.id)
          .catch((error: unknown) => ({ failures: [firstLine(error)] }));
        change((state) => withReply(state, effect, reply, Date.now()));
      },
      waiting: ({ notices }) => {
        const doing = notices.filter(({ kind }) => kind === "doing").length;
        return doing === 0 ? null : `Waiting for ${plural(doing, "app")} …`;
      },
      rest: appNotices,
    },
    "Use status for a table, or status --json for a script.",
  );
