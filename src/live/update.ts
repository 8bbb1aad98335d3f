/** What a key does, and what comes in from outside: the next state, and what has to be done in the world. Pure. */
import { type ProcessId, processKey, type Listener } from "../core/process/process.ts";
import { entriesOf } from "./entries.ts";
import type { Key } from "./keys.ts";
import { inFilter, inTable, reselected, screenEffect, selectedAt, type ScreenEffect } from "./listing.ts";
import type { InputMode, SortBy, State, Notice } from "./state.ts";
import { find } from "../core/plan/by-hand.ts";
import type { Report, StopReport } from "../wire/reports.ts";
import { measure } from "./meters.ts";

export type Effect =
  | { readonly type: "preview"; readonly chosen: ProcessId }
  | { readonly type: "stop"; readonly chosen: ProcessId; readonly force: boolean };

interface Updated {
  readonly state: State;
  readonly effect: Effect | ScreenEffect | null;
}

const SORT_KEYS: Readonly<Record<string, SortBy>> = {
  v: "verdict",
  c: "cpu",
  m: "memory",
  a: "age",
  p: "pid",
  n: "command",
};

/** `page`: as many rows as the table shows. */
export function update(state: State, key: Key, page: number): Updated {
  const effect = screenEffect(key);
  if (effect !== null && (state.mode.kind === "table" || "name" in key)) return { state, effect };
  switch (state.mode.kind) {
    case "table":
      if ("text" in key && key.text === "t") return only({ ...state, tree: !state.tree });
      if ("text" in key && (key.text === "x" || key.text === "s")) return asking(state);
      return only(inTable(state, key, { rows: entriesOf, sorts: SORT_KEYS, page }));
    case "help":
      return only({ ...state, mode: { kind: "table" } });
    case "filter":
      return only(inFilter(state, key, state.mode.before, entriesOf));
    case "confirm":
      return inConfirm(state, key, state.mode);
  }
}

const only = (state: State): Updated => ({ state, effect: null });

function asking(state: State): Updated {
  const entries = entriesOf(state);
  const chosen = entries[selectedAt(entries, state)];
  if (chosen === undefined) return only(state);
  return {
    state: { ...state, selected: chosen.key },
    effect: { type: "preview", chosen: chosen.process.id },
  };
}

/** Only y and f stop it. Where it was refused there is nothing to answer. */
function inConfirm(
  state: State,
  key: Key,
  { chosen, preview: { plan } }: InputMode & { kind: "confirm" },
): Updated {
  const closed: State = { ...state, mode: { kind: "table" } };
  if (plan.steps.length === 0) return only(closed);
  const answer = "text" in key ? key.text : "name" in key && key.name === "escape" ? "n" : "";
  switch (answer) {
    case "y":
    case "f":
      return { state: closed, effect: { type: "stop", chosen, force: answer === "f" } };
    case "n":
    case "q":
      return only(closed);
    default:
      return only(state);
  }
}

/** Long enough to be read, after which the line is somebody else's. */
const SHOWN_MS = 20_000;

/** `names` of parents that are not in the report, by pid. */
export function withReport(state: State, report: Report, names: ReadonlyMap<number, string>): State {
  const next: State = {
    ...state,
    report,
    meters: measure(state.meters, report),
    listeners: listenersIn(report, state.listeners),
    names,
    notices: state.notices.filter((notice) => notice.kind === "stopping" || notice.untilMs > report.atMs),
    trouble: null,
  };
  return reselected(next, state, entriesOf);
}

/** A look that did not read them leaves what was known. */
function listenersIn({ judgement }: Report, before: State["listeners"]): State["listeners"] {
  const known = new Map<string, readonly Listener[]>();
  for (const { id, listeners } of judgement.jobs.flatMap(({ job }) => job.members)) {
    const key = processKey(id);
    const found = listeners ?? before.get(key);
    if (found !== undefined) known.set(key, found);
  }
  return known;
}

/** The plan to say yes or no to. It opens only where nothing else has begun to take keys meanwhile. */
export function withPreview(state: State, chosen: ProcessId, preview: StopReport): State {
  if (state.mode.kind !== "table") return state;
  return { ...state, mode: { kind: "confirm", chosen, preview } };
}

export function withStopping(state: State, id: ProcessId, nowMs: number): State {
  const command = (state.report && find(state.report.judgement, id.pid)?.process.command) ?? "";
  return { ...state, notices: [...state.notices, { kind: "stopping", id, command, sinceMs: nowMs }] };
}

export const withOutcome = (state: State, id: ProcessId, report: StopReport, nowMs: number): State =>
  ended(state, id, { kind: "ended", report, untilMs: nowMs + SHOWN_MS });

export const withFailure = (state: State, id: ProcessId, text: string, nowMs: number): State =>
  ended(state, id, { kind: "failed", text, untilMs: nowMs + SHOWN_MS });

const ended = (state: State, id: ProcessId, notice: Notice): State => ({
  ...state,
  notices: [
    ...state.notices.filter((other) => other.kind !== "stopping" || processKey(other.id) !== processKey(id)),
    notice,
  ],
});
