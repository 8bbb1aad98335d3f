/** What comes in from outside: looks, plans, outcomes. Pure. */
import { find } from "../../core/by-hand.ts";
import { processKey, type Listener, type ProcessId } from "../../core/process.ts";
import type { Report, StopReport } from "../../monitor/report.ts";
import { measure } from "./meters.ts";
import type { Notice, State } from "./state.ts";
import { reselected } from "./update.ts";

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

/** In the place of "stopping". */
const ended = (state: State, id: ProcessId, notice: Notice): State => ({
  ...state,
  notices: [
    ...state.notices.filter((other) => other.kind !== "stopping" || processKey(other.id) !== processKey(id)),
    notice,
  ],
});
