/** Whether what the page shows is true now, in a word, and in a sentence where it is not. Pure. */
import type { LiveState } from "./state.ts";
import type { Tone } from "./verdict.ts";
import { duration, formatTime } from "./words.ts";

export interface Standing {
  readonly word: string;
  readonly tone: Tone;
  /** null: there is nothing to say. */
  readonly banner: string | null;
}

/** A look comes each second; a busy machine may be late. */
const STALE_MS = 8_000;

export const isStale = ({ connection, heardMs }: LiveState, nowMs: number): boolean =>
  heardMs !== null && (connection.kind !== "live" || nowMs - heardMs > STALE_MS);

export function freshness(state: LiveState, nowMs: number): Standing {
  const { connection, heardMs, status } = state;
  const shown = heardMs === null ? "" : `What is shown was true at ${formatTime(heardMs)}. `;
  switch (connection.kind) {
    case "denied":
      return {
        word: "No access",
        tone: "bad",
        banner: `${shown}This page needs the address that “bun-watchdog dashboard” prints, with the token behind its #: open that address once in this tab. The server said: ${connection.because}`,
      };
    case "lost": {
      const waitMs = Math.max(0, connection.nextMs - nowMs);
      const next = waitMs < 1_000 ? "Trying again now." : `Trying again in ${duration(waitMs)}.`;
      return {
        word: heardMs === null ? "Not connected" : "Stale",
        tone: "bad",
        banner: `${shown}${connection.because} ${next}`,
      };
    }
    case "connecting":
      return heardMs === null
        ? { word: "Connecting", tone: "quiet", banner: null }
        : { word: "Stale", tone: "warn", banner: `${shown}Connecting again.` };
    case "live":
      if (isStale(state, nowMs))
        return {
          word: "Stale",
          tone: "warn",
          banner: `${shown}The server is there, and has had nothing new for ${duration(nowMs - (heardMs ?? nowMs))}. ${state.trouble ?? ""}`,
        };
      if (status !== null && status.monitor === null)
        return {
          word: "No monitor",
          tone: "warn",
          banner:
            "No monitor runs: this page looks itself, and nothing is stopped by itself. To start one: bun-watchdog monitor --detach",
        };
      return { word: "Live", tone: "good", banner: null };
  }
}
