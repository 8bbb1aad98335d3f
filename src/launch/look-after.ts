/** A job that was launched or adopted, until nothing of it is left. */
import type { JobEnd } from "../core/slots/job-end.ts";
import type { ContainerPlace, SlotRecord } from "../core/process/slot.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { Container, ContainerFacts, Glance } from "../ports/container.ts";
import type { HeldSlot } from "../ports/gate.ts";
import type { LaunchPipes, SignalName } from "../ports/launch.ts";
import type { JobTerms, LaunchPorts, LaunchRequest } from "./request.ts";
import { runToEnd, type WhileRunning, type Running, type EndRequest } from "./run-to-end.ts";
import { giveBack, writeRecord } from "./slot.ts";
import { tellStrays } from "./strays.ts";

/** Contained and on record, before the first of its processes exists. Disposed in place of being started, it leaves nothing. */
export interface PreparedJob extends Disposable {
  readonly record: SlotRecord;
  readonly facts: ContainerFacts;
  /** Once. Throws an Error with the code of execve(2), and leaves no group and no slot behind then. */
  start(): LaunchedJob;
}

export interface LaunchedJob {
  readonly jobId: string;
  readonly place: ContainerPlace;
  readonly facts: ContainerFacts;
  readonly root: ProcessId;
  /** The same as in Launched. */
  readonly became?: Promise<void> | undefined;
  readonly pipes: LaunchPipes;
  /** Resolves when nothing of the job is left, or what is left is named. */
  readonly over: Promise<Omit<JobEnd, "peakMemoryBytes" | "cpuMs">>;
  /** Resolves a moment later: its group is gone by then, and its slot with nobody left. */
  readonly ended: Promise<JobEnd>;
  /** Passes a signal on to the root alone; false: that has ended. */
  forward(signal: SignalName): boolean;
  /** Passes a message on to the root; false: it has no channel, or has closed it. */
  send(message: unknown): boolean;
  glance(): Promise<Glance>;
  /** Other limits from now on; says what is kept, and by whom. */
  limit(terms: Pick<JobTerms, "limits" | "caps">): Promise<ContainerFacts>;
  /** We and the job stood still for this long (Ctrl-Z): its timeout is put off. */
  paused(ms: number): void;
  /**
   * Ends all of it, by SIGTERM and a grace first, its own where none is given. `reason` is the evidence in the journal. Where its end
   * is under way already, a grace that is given is the longest that it may still take.
   */
  stop(reason: string, graceMs?: number): void;
  /** Sends SIGKILL to all of it, unless it is over; for a caller that cannot wait for `stop`. */
  strike(): void;
  /**
   * The same job once more, in the turn of the event loop in which it was over: its container, its slot and its record stay. null:
   * something of it is left, its container cannot hold another one, or it is cleared away already.
   */
  again(request: LaunchRequest): PreparedJob | null;
}

export const limitsOnRecord = (
  { memoryBytes, cpu }: JobTerms["limits"],
  deadlineMs: number | null,
): SlotRecord["limits"] => ({ memoryBytes, cpuPercent: cpu?.percent ?? null, deadlineMs });

/** Where a job can be started once more. */
interface Restartable {
  readonly container: Container;
  prepare(request: LaunchRequest): PreparedJob;
}

/**
 * From now on every failure ends the job, except a failure beside the job, which ends nothing. `restartable`: missing where another process has
 * launched it.
 */
export function lookAfter(
  record: SlotRecord,
  slot: HeldSlot,
  running: Pick<Running, "container" | "root" | "startedMs">,
  terms: JobTerms,
  ports: LaunchPorts,
  restartable: Restartable | null = null,
): LaunchedJob {
  const { jobId } = record;
  const { container, root } = running;
  const stop = Promise.withResolvers<EndRequest>();
  const over = new AbortController();
  let pausedMs = 0;
  let isEnding = false;
  let holding = termsOf(terms);
  let onTerms: (() => void) | null = null;
  writeRecord(slot, record, ports);
  const job: Running = { ...running, jobId, pausedMs: () => pausedMs };
  const asked: WhileRunning = {
    stopped: stop.promise,
    terms: () => holding,
    onTerms: (listener) => (onTerms = listener),
    onEnding: () => (isEnding = true),
  };
  /** null: it runs, or its container is gone, or another one's. */
  let empty: Restartable | null = null;
  let isOver = false;
  const ended = runToEnd(job, asked, ports).then((end) => {
    isOver = true;
    const { outcomes, survivors, kept } = end;
    if (outcomes.length + survivors.length + kept.length === 0) empty = restartable;
    return end;
  });
  let isPassedOn = false;
  const clearAway = async (end: JobEnd): Promise<JobEnd> => {
    // whoever starts it anew does so first
    if (record.owner.kind === "manager") await nextTurn();
    over.abort();
    empty = null;
    if (isPassedOn) return end;
    const given = giveBack({ slot, container }, end, ports);
    await tellStrays(ports);
    return given;
  };
  const strike = (): void => void (isOver || container.strike());
  return {
    jobId,
    get place() {
      return container.place;
    },
    get facts() {
      return container.facts;
    },
    root: root.id,
    became: root.became,
    pipes: root.pipes,
    over: ended,
    ended: ended.then(clearAway),
    forward: (signal) => root.signal(signal),
    send: (message) => root.send(message),
    glance: () => container.glance(),
    limit: async ({ limits, caps }) => {
      if (isOver) return container.facts;
      const facts = await container.limit({ memoryBytes: limits.memoryBytes, caps });
      holding = { ...holding, limits, ...(caps && { caps }) };
      const { place } = container;
      if (!isOver)
        writeRecord(
          slot,
          { ...record, place, limits: limitsOnRecord(limits, record.limits.deadlineMs) },
          ports,
        );
      onTerms?.();
      return facts;
    },
    paused: (ms) => {
      pausedMs += ms;
    },
    stop: (reason, graceMs) => {
      if (isEnding && graceMs !== undefined) void ports.clock.sleep(graceMs, over.signal).then(strike);
      isEnding = true;
      stop.resolve({ reason, graceMs: graceMs ?? null });
    },
    strike,
    again: (next) => {
      const free = empty;
      if (free?.container.canHoldAgain(next) !== true) return null;
      ports.reserve.require();
      empty = null;
      isPassedOn = true;
      return free.prepare(next);
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Leaves out the rest of what it was launched with: its environment is its own by now. */
const termsOf = ({ limits, caps, graceMs, keep }: JobTerms): JobTerms => ({
  limits,
  graceMs,
  keep,
  ...(caps && { caps }),
});
