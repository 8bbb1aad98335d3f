/** Everything that the stream has told so far; each view shows a part of it. */
import type { AppsDocument } from "../../../wire/manager.ts";
import type { StreamState } from "./stream-state.ts";
import type { EventDocument, StatusDocument } from "./documents.ts";
import { withEvent, type KillRow } from "./kills.ts";
import { Measurements } from "./series.ts";

export interface LiveState {
  readonly connection: StreamState;
  /** When the server last said anything, Unix epoch ms. */
  readonly heardMs: number | null;
  readonly status: StatusDocument | null;
  /** Why there is nothing new, as the server says. */
  readonly trouble: string | null;
  readonly apps: AppsDocument | null;
  /** Newest first. */
  readonly events: readonly EventDocument[];
  /** Newest first: of the history, and of the stream. */
  readonly kills: readonly KillRow[];
  readonly measurements: Measurements;
}

const MOST_EVENTS = 300;

export const firstState = (): LiveState => ({
  connection: { kind: "connecting" },
  heardMs: null,
  status: null,
  trouble: null,
  apps: null,
  events: [],
  kills: [],
  measurements: new Measurements(),
});

export function withStatus(state: LiveState, status: StatusDocument): LiveState {
  state.measurements.look(status);
  return { ...state, status, trouble: null };
}

/** After a break of the stream an event may be told twice; and several may happen at one moment. */
export function withLiveEvent(state: LiveState, event: EventDocument): LiveState {
  const said = JSON.stringify(event);
  if (state.events.some((each) => each.atMs === event.atMs && JSON.stringify(each) === said)) return state;
  return {
    ...state,
    events: [event, ...state.events].slice(0, MOST_EVENTS),
    kills: withEvent(state.kills, event),
  };
}
