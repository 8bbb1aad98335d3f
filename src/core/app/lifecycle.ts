/**
 * The table says what becomes of an instance: it has one entry for each phase and event. It is data, so that
 * a test can count it and the documents show it. Whatever arrives too late (a deadline that has passed, a
 * process that became ready while it was being ended) has an entry too: nothing happens.
 */
import type { Phase } from "./app-state.ts";

/** These things may happen to an instance. The first five are asked for; the others are facts. */
export type LifecycleEvent =
  | "start"
  /** It is to start, and what it depends on is not ready. */
  | "hold"
  | "stop"
  | "restart"
  | "remove"
  | "ready"
  /** It was not ready in time. */
  | "late"
  /** Nothing of it is left (or it could not be started), and its policy starts it again: at once, */
  | "again"
  /** after a wait, */
  | "later"
  /** at long intervals, since its restart budget is spent, */
  | "slowly"
  /** or not at all. */
  | "never"
  /** The wait is over, or what it depends on is ready. */
  | "due";

export type AppEffect =
  /** Starts a process. */
  | "spawn"
  /** Ends its process: asks it to, and kills all of it after a grace. */
  | "end"
  /** Wakes up when the wait is over. */
  | "wait"
  | "forget";

export interface Transition {
  readonly to: Phase;
  readonly effects: readonly AppEffect[];
}

/** `gone` is the end: nothing happens to who is forgotten. */
export type LivePhase = Exclude<Phase, "gone">;
type Row = Readonly<Record<LifecycleEvent, Transition>>;

const to = (phase: Phase, ...effects: readonly AppEffect[]): Transition => ({ to: phase, effects });

const SPAWN = to("starting", "spawn");
const STOPPED = to("stopped");
const FORGOTTEN = to("gone", "forget");

/** Nothing of it exists, and `phase` says why. */
const idle = (phase: LivePhase): Row => {
  const stay = to(phase);
  return {
    start: SPAWN,
    hold: to("held"),
    stop: STOPPED,
    restart: SPAWN,
    remove: FORGOTTEN,
    ready: stay,
    late: stay,
    again: stay,
    later: stay,
    slowly: stay,
    never: stay,
    due: stay,
  };
};

/** Its process exists, or is being started, and is to. */
const up = (phase: "starting" | "online"): Row => {
  const stay = to(phase);
  return {
    start: stay,
    hold: stay,
    stop: to("stopping", "end"),
    restart: to("restarting", "end"),
    remove: to("removing", "end"),
    ready: to("online"),
    late: stay,
    again: SPAWN,
    later: to("waiting", "wait"),
    slowly: to("retrying", "wait"),
    never: to("ended"),
    due: stay,
  };
};

/** Its process is being ended: what was asked for last holds, and happens when nothing is left. */
const ending = (phase: LivePhase, end: Transition): Row => {
  const stay = to(phase);
  return {
    start: to("restarting"),
    hold: to("restarting"),
    stop: to("stopping"),
    restart: to("restarting"),
    remove: to("removing"),
    ready: stay,
    late: stay,
    again: end,
    later: end,
    slowly: end,
    never: end,
    due: stay,
  };
};

const removing = to("removing");

export const LIFECYCLE: Readonly<Record<LivePhase, Row>> = {
  held: { ...idle("held"), due: SPAWN },
  starting: { ...up("starting"), late: to("starting", "end") },
  online: up("online"),
  waiting: { ...idle("waiting"), due: SPAWN },
  retrying: { ...idle("retrying"), due: SPAWN },
  ended: idle("ended"),
  stopped: idle("stopped"),
  stopping: ending("stopping", STOPPED),
  restarting: ending("restarting", SPAWN),
  // a deletion has the last word
  removing: {
    ...ending("removing", FORGOTTEN),
    start: removing,
    hold: removing,
    stop: removing,
    restart: removing,
  },
};

const GONE = to("gone");

/** `isLeaving`: one that it has taken the place of is still on its way out, and so nobody has stopped or is forgotten yet. */
export function transition(phase: Phase, event: LifecycleEvent, isLeaving = false): Transition {
  if (phase === "gone") return GONE;
  const next = LIFECYCLE[phase][event];
  if (isLeaving && next.to === "stopped") return to("stopping", "end");
  return isLeaving && next.to === "gone" ? to("removing", "end") : next;
}

/** Its restarts are counted: those of its policy, and those of who runs. */
export const countsAsRestart = (phase: Phase, event: LifecycleEvent): boolean =>
  event === "again" || (event === "due" && phase !== "held") || (phase === "restarting" && ENDED.has(event));

const ENDED: ReadonlySet<LifecycleEvent> = new Set(["again", "later", "slowly", "never"]);
