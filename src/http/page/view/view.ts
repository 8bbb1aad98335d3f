/** What every view is given, and what it gives. */
import { RequestError, type Server } from "../connection/request.ts";
import type { LiveState } from "../model/state.ts";
import { messageOf } from "../../../text/system-error.ts";

export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  /** Called in an animation frame, whenever something has changed. */
  readonly update: (state: LiveState) => void;
  readonly leave?: () => void;
}

export interface Context {
  readonly server: Server;
  readonly state: () => LiveState;
  readonly change: (by: (state: LiveState) => LiveState) => void;
  /** Reads from the history what was stopped since then. */
  readonly loadKills: (sinceMs: number) => Promise<void>;
  /** A short sentence for everybody, read aloud too: what has just been done, or why not. */
  readonly say: (sentence: string, tone?: "quiet" | "bad") => void;
}

export type MakeView = (context: Context, parameter: string) => View;

/** What is wrong with the token stands above every view; and where nothing is recorded, there is nothing to say. */
export function sayUnlessEmpty(say: Context["say"], error: unknown): void {
  if (error instanceof RequestError && (error.status === 401 || error.status === 404)) return;
  say(messageOf(error), "bad");
}
