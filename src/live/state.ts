/** Everything the screen depends on, as one value. */
import type { Listener, ProcessId } from "../core/process/process.ts";
import type { Report, StopReport } from "../wire/reports.ts";
import type { Listing, ListMode } from "./listing.ts";
import type { Meters } from "./meters.ts";

export type SortBy = "verdict" | "cpu" | "memory" | "age" | "pid" | "command";

export interface State extends Listing {
  readonly report: Report | null;
  /** Of the project that somebody looks from. */
  readonly root: string;
  readonly meters: Meters;
  /** By processKey, as last read: that is not done every second. */
  readonly listeners: ReadonlyMap<string, readonly Listener[]>;
  /** Of parents that are not in the report, by pid. */
  readonly names: ReadonlyMap<number, string>;
  readonly sort: { readonly by: SortBy; readonly reversed: boolean };
  readonly tree: boolean;
  readonly mode: InputMode;
  readonly notices: readonly Notice[];
  /** Why there is no newer look; null = there is. */
  readonly trouble: string | null;
}

export type InputMode =
  | ListMode
  | { readonly kind: "confirm"; readonly chosen: ProcessId; readonly preview: StopReport };

export type Notice =
  | { readonly kind: "stopping"; readonly id: ProcessId; readonly command: string; readonly sinceMs: number }
  | { readonly kind: "ended"; readonly report: StopReport; readonly untilMs: number }
  | { readonly kind: "failed"; readonly text: string; readonly untilMs: number };

export const initial: State = {
  report: null,
  root: "/",
  meters: new Map(),
  listeners: new Map(),
  names: new Map(),
  selected: null,
  sort: { by: "verdict", reversed: false },
  tree: false,
  filter: "",
  paused: false,
  mode: { kind: "table" },
  notices: [],
  trouble: null,
};
