/** The page: takes the token, follows the stream, and shows the view that the address names. */
import { serverOf } from "./connection/request.ts";
import { followStream } from "./connection/stream.ts";
import { takeToken } from "./connection/token.ts";
import { soon } from "./dom/frames.ts";
import { merged, MOST_KILLS, type KillRow } from "./model/kills.ts";
import { receive } from "./model/receive.ts";
import { firstState, type LiveState } from "./model/state.ts";
import { routeOf } from "./view/routes.ts";
import { createShell } from "./view/shell.ts";
import { followTheme } from "./view/theme.ts";
import { sayUnlessEmpty, type Context, type View } from "./view/view.ts";

const HISTORY_MS = 86_400_000;
/** The monitor writes it as often: what it stopped before the page was opened may not be in it yet. */
const HISTORY_EVERY_MS = 60_000;

function start(): void {
  const server = serverOf(takeToken());
  const shell = createShell();
  document.body.append(...shell.elements);
  let state = firstState();
  let view: View | null = null;

  const draw = (): void => {
    shell.update(state);
    view?.update(state);
  };
  const change = (by: (state: LiveState) => LiveState): void => {
    state = by(state);
    soon(draw, draw);
  };
  const loadKills = async (sinceMs: number): Promise<void> => {
    try {
      const since = new Date(sinceMs).toISOString();
      const { kills } = await server.get<{ readonly kills: readonly KillRow[] }>(
        `/api/history?table=kills&limit=${MOST_KILLS}&since=${since}`,
      );
      change((before) => ({ ...before, kills: merged(kills, before.kills) }));
    } catch (error) {
      sayUnlessEmpty(shell.say, error);
    }
  };
  const context: Context = { server, state: () => state, change, loadKills, say: shell.say };

  const enter = (): void => {
    // the address was opened anew in a tab that has the page already
    if (takeToken() !== server.token) return location.reload();
    const { make, parameter, section } = routeOf(location.hash);
    view?.leave?.();
    view = make(context, parameter);
    shell.show(view, section);
    change((same) => same);
  };
  addEventListener("hashchange", enter);
  followTheme(() => change((same) => same));
  enter();

  followStream({
    server,
    path: "/api/events",
    onEvent: (event) => change((before) => receive(before, event, Date.now())),
    onConnection: (connection) => change((before) => ({ ...before, connection })),
  });
  // what is shown grows old
  setInterval(() => shell.update(state), 1_000);
  const readKills = (): void => void (document.hidden || loadKills(Date.now() - HISTORY_MS));
  readKills();
  setInterval(readKills, HISTORY_EVERY_MS);
}

start();
