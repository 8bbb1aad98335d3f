/** What a key does to the screen of apps, and what comes in from outside. Pure. */
import { instanceName } from "../../render/apps/table.ts";
import type { AppsDocument, ManagerReply } from "../../wire/manager.ts";
import type { Key } from "../keys.ts";
import { inFilter, inTable, reselected, screenEffect, selectedAt, type ScreenEffect } from "../listing.ts";
import {
  appEntries,
  percentsOf,
  type AppEntry,
  type AppNotice,
  type AppsState,
  type Doing,
} from "./state.ts";

export interface AppAction {
  readonly type: Doing;
  readonly row: AppEntry;
}

interface Updated {
  readonly state: AppsState;
  readonly effect: AppAction | ScreenEffect | null;
}

const SORT_KEYS: Readonly<Record<string, AppsState["sort"]["by"]>> = {
  i: "id",
  n: "name",
  c: "cpu",
  m: "memory",
  u: "uptime",
  e: "restarts",
};

/** `page`: as many rows as the table shows. */
export function updateApps(state: AppsState, key: Key, page: number): Updated {
  const effect = screenEffect(key);
  if (effect !== null && (state.mode.kind === "table" || "name" in key)) return { state, effect };
  switch (state.mode.kind) {
    case "table":
      if ("text" in key && (key.text === "x" || key.text === "s")) return asking(state, "stop");
      if ("text" in key && key.text === "r") return asking(state, "restart");
      return only(inTable(state, key, { rows: appEntries, sorts: SORT_KEYS, page }));
    case "help":
      return only({ ...state, mode: { kind: "table" } });
    case "filter":
      return only(inFilter(state, key, state.mode.before, appEntries));
    case "confirm":
      return answered(state, key, state.mode);
  }
}

const only = (state: AppsState): Updated => ({ state, effect: null });

/** What is stopped is started at once: there is nothing to be lost. */
function asking(state: AppsState, doing: Doing): Updated {
  const entries = appEntries(state);
  const row = entries[selectedAt(entries, state)];
  if (row === undefined) return only(state);
  const chosen: AppsState = { ...state, selected: row.key };
  const isStopped = row.instance.state === "stopped";
  if (isStopped && doing === "restart") return { state: chosen, effect: { type: "start", row } };
  if (isStopped)
    return only(
      withNotice(chosen, notice(row, "done", `${instanceName(row)} is stopped already`, nowOf(state))),
    );
  return only({ ...chosen, mode: { kind: "confirm", doing, row } });
}

/** Only y does it. */
function answered(
  state: AppsState,
  key: Key,
  { doing, row }: AppsState["mode"] & { readonly kind: "confirm" },
): Updated {
  const closed: AppsState = { ...state, mode: { kind: "table" } };
  const answer = "text" in key ? key.text : "name" in key && key.name === "escape" ? "n" : "";
  if (answer === "y") return { state: closed, effect: { type: doing, row } };
  return only(answer === "n" || answer === "q" ? closed : state);
}

/** Long enough to be read. */
const SHOWN_MS = 10_000;

const nowOf = ({ seen }: AppsState): number => seen?.at ?? 0;

const notice = (row: AppEntry, kind: AppNotice["kind"], text: string, nowMs: number): AppNotice => ({
  id: row.instance.id,
  kind,
  text,
  untilMs: kind === "doing" ? null : nowMs + SHOWN_MS,
});

const withNotice = (state: AppsState, next: AppNotice): AppsState => ({
  ...state,
  notices: [...state.notices.filter(({ id }) => id !== next.id), next],
});

export function withSeen(state: AppsState, seen: AppsDocument): AppsState {
  const next: AppsState = {
    ...state,
    seen,
    percents: percentsOf(state.percents, seen),
    notices: state.notices.filter(({ untilMs }) => untilMs === null || untilMs > seen.at),
    trouble: null,
  };
  return reselected(next, state, appEntries);
}

const UNDER_WAY = { stop: "stopping", restart: "restarting", start: "starting" } as const;
const DONE = { stop: "is stopped", restart: "is started anew", start: "is started" } as const;

export const withBegun = (state: AppsState, { type, row }: AppAction, nowMs: number): AppsState =>
  withNotice(state, notice(row, "doing", `${UNDER_WAY[type]} ${instanceName(row)} …`, nowMs));

export function withReply(
  state: AppsState,
  { type, row }: AppAction,
  { failures }: Pick<ManagerReply, "failures">,
  nowMs: number,
): AppsState {
  const isDone = failures.length === 0;
  const text = isDone ? `${instanceName(row)} ${DONE[type]}` : failures.join(" ");
  return withNotice(state, notice(row, isDone ? "done" : "failed", text, nowMs));
}
