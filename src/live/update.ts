/** What a key does, and what comes in from outside: the next state, and what has to be done in the world. Pure. */
import { type ProcessId, processKey, type Listener } from "../core/process/process.ts";
import { entriesOf, selectedAt } from "./entries.ts";
import type { Key, KeyName } from "./keys.ts";
import type { InputMode, SortBy, State, Notice } from "./state.ts";
import { find } from "../core/plan/by-hand.ts";
import type { Report, StopReport } from "../wire/reports.ts";
import { measure } from "./meters.ts";

export type Effect =
  | { readonly type: "quit" }
  | { readonly type: "suspend" }
  | { readonly type: "redraw" }
  | { readonly type: "preview"; readonly chosen: ProcessId }
  | { readonly type: "stop"; readonly chosen: ProcessId; readonly force: boolean };

interface Updated {
  readonly state: State;
  readonly effect: Effect | null;
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
  if ("name" in key && key.name === "interrupt") return { state, effect: { type: "quit" } };
  if ("name" in key && key.name === "suspend") return { state, effect: { type: "suspend" } };
  if ("name" in key && key.name === "redraw") return { state, effect: { type: "redraw" } };
  switch (state.mode.kind) {
    case "table":
      return inTable(state, key, page);
    case "help":
      return only({ ...state, mode: { kind: "table" } });
    case "filter":
      return only(inFilter(state, key, state.mode.before));
    case "confirm":
      return inConfirm(state, key, state.mode);
  }
}

const only = (state: State): Updated => ({ state, effect: null });

function inTable(state: State, key: Key, page: number): Updated {
  if ("pasted" in key) return only(state);
  if ("name" in key) {
    const isEscape = key.name === "escape";
    return only(isEscape ? { ...state, filter: "" } : moved(state, MOVES[key.name]?.(page) ?? 0));
  }
  const by = SORT_KEYS[key.text];
  if (by !== undefined) return only(sorted(state, by));
  switch (key.text) {
    case "q":
      return { state, effect: { type: "quit" } };
    case "x":
    case "s":
      return asking(state);
    case "k":
      return only(moved(state, -1));
    case "j":
      return only(moved(state, 1));
    case "t":
      return only({ ...state, tree: !state.tree });
    case "/":
      return only({ ...state, mode: { kind: "filter", before: state.filter } });
    case "?":
    case "h":
      return only({ ...state, mode: { kind: "help" } });
    case " ":
      return only({ ...state, paused: !state.paused });
    default:
      return only(state);
  }
}

const MOVES: Partial<Readonly<Record<KeyName, (page: number) => number>>> = {
  up: () => -1,
  down: () => 1,
  "page-up": (page) => -page,
  "page-down": (page) => page,
  home: () => -Infinity,
  end: () => Infinity,
};

function moved(state: State, by: number): State {
  const entries = entriesOf(state);
  const at = selectedAt(entries, state);
  const to = Math.min(entries.length - 1, Math.max(0, at + by));
  return { ...state, selected: entries[to]?.key ?? null };
}

/** Again: the other way round. */
const sorted = (state: State, by: SortBy): State => ({
  ...state,
  sort: { by, reversed: state.sort.by === by && !state.sort.reversed },
});

function asking(state: State): Updated {
  const entries = entriesOf(state);
  const chosen = entries[selectedAt(entries, state)];
  if (chosen === undefined) return only(state);
  return {
    state: { ...state, selected: chosen.key },
    effect: { type: "preview", chosen: chosen.process.id },
  };
}

/** Takes effect with each character; the selection stays where it can be seen. */
function inFilter(state: State, key: Key, before: string): State {
  if ("name" in key) {
    if (key.name === "enter") return { ...state, mode: { kind: "table" } };
    if (key.name === "escape")
      return reselected({ ...state, filter: before, mode: { kind: "table" } }, state);
    if (key.name === "backspace")
      return reselected({ ...state, filter: state.filter.replace(/.$/su, "") }, state);
    return moved(state, MOVES[key.name]?.(1) ?? 0);
  }
  const added = "text" in key ? key.text : key.pasted;
  return reselected({ ...state, filter: printableOnly(state.filter + added) }, state);
}

const MOST_CHARACTERS = 100;

const printableOnly = (text: string): string => text.replaceAll(/\p{C}/gu, "").slice(0, MOST_CHARACTERS);

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

/** When the selected process is not among the rows any more: whoever stands in its place. */
function reselected(state: State, before: State): State {
  const entries = entriesOf(state);
  if (selectedAt(entries, state) >= 0) return state;
  const at = selectedAt(entriesOf(before), before);
  return { ...state, selected: entries[Math.min(Math.max(0, at), entries.length - 1)]?.key ?? null };
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
  return reselected(next, state);
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
