/** The alerts of one channel on their way: one at a time, in order, until each is delivered or given up. */
import { messageOf } from "../../text/system-error.ts";
import { isFromTheFuture } from "../decide/admit.ts";
import type { Alert } from "../../core/plan/alert.ts";
import { GIVE_UP_MS, pauseMs, refused, type ChannelAnswer } from "../decide/answer.ts";
import type { Clock } from "../../ports/clock.ts";
import { DELIVERY_MS, type Channel } from "./channel.ts";
import { type OutboxEntry, isPending, type Outbox } from "./outbox.ts";
import { typed } from "../../trust/typed.ts";

export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Says into the log what a person has to know. */
  readonly complain: (what: string) => void;
}

/** An attempt is over by then, whatever became of the process that began it. */
const LEASE_MS = DELIVERY_MS + 5_000;
/** From so many attempts on it lets others go first: perhaps it is only this one that the receiver cannot take. */
const PATIENCE = 10;
/** The wall clock may be set back while we wait. */
const LONGEST_WAIT_MS = 600_000;
/** More than this waiting, and the oldest are given up. */
const MOST_WAITING = 1_000;

export type Delivery = ReturnType<typeof openDelivery>;

/** `entries`: of the outbox. What an earlier process had not delivered through this channel is taken up. */
export function openDelivery(
  first: Channel,
  entries: readonly OutboxEntry[],
  { outbox, clock, complain }: DeliveryOptions,
) {
  let channel = first;
  /** By the alert's id, in the order in which they were put. */
  const waiting = new Map<string, OutboxEntry>();
  let failures = 0;
  /** The receiver is left alone until then. */
  let notBeforeMs = 0;
  /** The last failure that was said; the same is not said again before something was delivered. */
  let said = "";
  let timer: Timer | undefined;
  let underWay: Promise<void> | null = null;
  let isClosing = false;
  const stop = new AbortController();

  const recover = (): void => {
    [failures, notBeforeMs] = [0, 0];
  };
  const remember = (entry: OutboxEntry): void => {
    // what was given up meanwhile stays so
    if (waiting.has(entry.alert.id)) waiting.set(entry.alert.id, entry);
  };
  const save = (entry: OutboxEntry): void => {
    remember(entry);
    outbox.save(entry);
  };
  const finish = (entry: OutboxEntry, end: Partial<OutboxEntry>): void => {
    waiting.delete(entry.alert.id);
    outbox.save({ ...entry, ...end });
  };
  const giveUp = (entry: OutboxEntry, why: string): void => {
    finish(entry, { failedMs: clock.wallMs(), lastAnswer: why });
    if (why === said) return;
    said = why;
    const what = `an alert did not reach the ${channel.name} ${channel.title}: ${why}`;
    complain(`${what}. Try: ${typed("alerts test")}`);
  };
  const settle = (entry: OutboxEntry, answer: ChannelAnswer): void => {
    const nowMs = clock.wallMs();
    if (answer.result === "retry") {
      if (stop.signal.aborted) return save({ ...entry, nextMs: nowMs });
      if (entry.attempts < channel.mostAttempts && nowMs - entry.dueMs < GIVE_UP_MS) {
        failures++;
        notBeforeMs = nowMs + Math.max(answer.afterMs ?? 0, pauseMs(failures, Math.random()));
        return save({ ...entry, nextMs: notBeforeMs, lastAnswer: answer.why });
      }
    }
    recover();
    if (answer.result === "refused") return giveUp(entry, answer.why);
    if (answer.result === "retry") return giveUp(entry, `${answer.why}, after ${entry.attempts} attempts`);
    said = "";
    finish(entry, { deliveredMs: nowMs, lastAnswer: null });
  };
  /** A channel that throws has a bug, which must not stop the alerts after this one. */
  const deliver = async (alert: Alert): Promise<ChannelAnswer> => {
    try {
      return await channel.deliver(alert, stop.signal);
    } catch (error) {
      return refused(messageOf(error));
    }
  };
  const attemptNext = async (): Promise<void> => {
    const nowMs = clock.wallMs();
    const entry = nextOf([...waiting.values()], nowMs);
    if (entry === null || nowMs < notBeforeMs) return;
    const begun = { ...entry, attempts: entry.attempts + 1, nextMs: nowMs + LEASE_MS };
    const claimed = outbox.claim(entry, begun, nowMs);
    if (claimed === "done") return void waiting.delete(entry.alert.id);
    if (claimed !== "ours") return remember({ ...entry, nextMs: claimed });
    remember(begun);
    settle(begun, await deliver(begun.alert));
  };
  /** Until there is something to do; Infinity = nothing waits. */
  const untilNextMs = (): number => {
    const nowMs = clock.wallMs();
    if (waiting.size === 0) return Infinity;
    const nextMs = Math.min(
      ...[...waiting.values()].map((each) => (isDue(each, nowMs) ? nowMs : each.nextMs)),
    );
    return Math.min(LONGEST_WAIT_MS, Math.max(0, notBeforeMs - nowMs, nextMs - nowMs));
  };
  const schedule = (): void => {
    if (isClosing || underWay !== null) return;
    clearTimeout(timer);
    const waitMs = untilNextMs();
    if (waitMs === Infinity) return;
    timer = setTimeout(() => {
      underWay = attemptNext().finally(() => {
        underWay = null;
        schedule();
      });
    }, waitMs);
    timer.unref();
  };

  // the pauses of an earlier process were for a receiver that may be well again
  const latestMs = clock.wallMs() + LEASE_MS;
  for (const entry of entries) {
    if (entry.channel !== channel.name || !isPending(entry)) continue;
    const nextMs = entry.attempts === 0 ? entry.nextMs : Math.min(entry.nextMs, latestMs);
    waiting.set(entry.alert.id, { ...entry, nextMs });
  }
  schedule();
  return {
    /** The configuration changed: what the receiver of before could not take, this one perhaps can, at once. */
    use: (changed: Channel): void => {
      channel = changed;
      recover();
      const nowMs = clock.wallMs();
      for (const entry of waiting.values())
        if (entry.lastAnswer !== null) remember({ ...entry, nextMs: Math.min(entry.nextMs, nowMs) });
      schedule();
    },
    /** `dueMs`: Unix epoch ms. Takes the place of one with the same id, which was held until now. */
    put: (alert: Alert, dueMs: number): void => {
      const untouched = { attempts: 0, deliveredMs: null, failedMs: null, lastAnswer: null };
      const entry: OutboxEntry = { ...untouched, channel: channel.name, alert, dueMs, nextMs: dueMs };
      waiting.delete(alert.id);
      waiting.set(alert.id, entry);
      outbox.save(entry);
      const [oldest] = waiting.values();
      if (oldest !== undefined && waiting.size > MOST_WAITING)
        giveUp(oldest, `more than ${MOST_WAITING} are waiting`);
      schedule();
    },
    /** Goes on for at most that long with what is due by then. The rest stays in the outbox. */
    close: async (withinMs: number): Promise<void> => {
      const endMs = clock.monotonicMs() + withinMs;
      isClosing = true;
      clearTimeout(timer);
      const deadline = setTimeout(() => stop.abort(), withinMs);
      await underWay;
      for (;;) {
        const waitMs = untilNextMs();
        if (stop.signal.aborted || clock.monotonicMs() + waitMs >= endMs) break;
        await clock.sleep(waitMs, stop.signal);
        if (!stop.signal.aborted) await attemptNext();
      }
      clearTimeout(deadline);
      stop.abort();
      outbox.flush();
    },
  };
}

/** One that was held when the clock was ahead is due at once. */
const isDue = ({ nextMs, attempts }: OutboxEntry, nowMs: number): boolean =>
  nextMs <= nowMs || (attempts === 0 && isFromTheFuture(nextMs, nowMs));

/** Of what is due: the oldest, those that failed again and again last. */
function nextOf(waiting: readonly OutboxEntry[], nowMs: number): OutboxEntry | null {
  const due = waiting.filter((entry) => isDue(entry, nowMs));
  const [first] = due.toSorted(
    (a, b) => Number(a.attempts >= PATIENCE) - Number(b.attempts >= PATIENCE) || a.dueMs - b.dueMs,
  );
  return first ?? null;
}
