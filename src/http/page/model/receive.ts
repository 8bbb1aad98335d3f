/** What the stream says, by the name of its event. Pure. */
import type { ServerEvent } from "../connection/sse.ts";
import { withChange } from "../../../wire/documents/status-change.ts";
import { withLiveEvent, withStatus, type LiveState } from "./state.ts";

/** Heard is what tells how things stand now: whatever else comes, numbers that nobody tells any more are stale. */
export function receive(state: LiveState, { type, data }: ServerEvent, nowMs: number): LiveState {
  switch (type) {
    case "status":
      return { ...withStatus(state, JSON.parse(data)), heardMs: nowMs };
    case "status-change":
      if (state.status === null) return state;
      return { ...withStatus(state, withChange(state.status, JSON.parse(data))), heardMs: nowMs };
    case "event":
      return withLiveEvent(state, JSON.parse(data));
    case "apps":
      return { ...state, apps: JSON.parse(data) };
    case "trouble":
      return { ...state, trouble: JSON.parse(data).what };
    default:
      return state;
  }
}
