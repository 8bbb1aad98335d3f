/** What the stream says, by the name of its event. Pure. */
import type { ServerEvent } from "../connection/sse.ts";
import { withChange } from "../../../wire/documents/status-change.ts";
import { withLiveEvent, withStatus, type LiveState } from "./state.ts";

export function receive(state: LiveState, { type, data }: ServerEvent, nowMs: number): LiveState {
  const heard = { ...state, heardMs: nowMs };
  switch (type) {
    case "status":
      return withStatus(heard, JSON.parse(data));
    case "status-change":
      return heard.status === null ? heard : withStatus(heard, withChange(heard.status, JSON.parse(data)));
    case "event":
      return withLiveEvent(heard, JSON.parse(data));
    case "apps":
      return { ...heard, apps: JSON.parse(data) };
    case "trouble":
      return { ...state, trouble: JSON.parse(data).what };
    default:
      return heard;
  }
}
