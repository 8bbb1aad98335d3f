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

/** What an earlier process had not delivered through this channel is taken up. */
export class Delivery {
  #channel: Channel;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #complain: (what: string) => void;
  /** By the alert's id, in the order in which they were put. */
  readonly #waiting = new Map<string, OutboxEntry>();
  #failures = 0;
  /** The receiver is left alone until then. */
  #notBeforeMs = 0;
  /** The last failure that was said; the same is not said again before something was delivered. */
  #said = "";
  #timer: Timer | undefined;
  #underWay: Promise<void> | null = null;
  #isClosing = false;
  readonly #stop = new AbortController();

  /** `entries`: of the outbox. */
  constructor(
    channel: Channel,
    entries: readonly OutboxEntry[],
    { outbox, clock, complain }: DeliveryOptions,
  ) {
    [this.#channel, this.#outbox, this.#clock, this.#complain] = [channel, outbox, clock, complain];
    // the pauses of an earlier process were for a receiver that may be well again
    const latestMs = clock.wallMs() + LEASE_MS;
    for (const entry of entries) {
      if (entry.channel !== channel.name || !isPending(entry)) continue;
      const nextMs = entry.attempts === 0 ? entry.nextMs : Math.min(entry.nextMs, latestMs);
      this.#waiting.set(entry.alert.id, { ...entry, nextMs });
    }
    this.#schedule();
  }

  /** The configuration changed: what the receiver of before could not take, this one perhaps can, at once. */
  use(changed: Channel): void {
    this.#channel = changed;
    this.#recover();
    const nowMs = this.#clock.wallMs();
    for (const entry of this.#waiting.values())
      if (entry.lastAnswer !== null) this.#remember({ ...entry, nextMs: Math.min(entry.nextMs, nowMs) });
    this.#schedule();
  }

  /** `dueMs`: Unix epoch ms. Takes the place of one with the same id, which was held until now. */
  put(alert: Alert, dueMs: number): void {
    const untouched = { attempts: 0, deliveredMs: null, failedMs: null, lastAnswer: null };
    const entry: OutboxEntry = { ...untouched, channel: this.#channel.name, alert, dueMs, nextMs: dueMs };
    this.#waiting.delete(alert.id);
    this.#waiting.set(alert.id, entry);
    this.#outbox.save(entry);
    const [oldest] = this.#waiting.values();
    if (oldest !== undefined && this.#waiting.size > MOST_WAITING)
      this.#giveUp(oldest, `more than ${MOST_WAITING} are waiting`);
    this.#schedule();
  }

  /** Goes on for at most that long with what is due by then. The rest stays in the outbox. */
  async close(withinMs: number): Promise<void> {
    const { signal } = this.#stop;
    const endMs = this.#clock.monotonicMs() + withinMs;
    this.#isClosing = true;
    clearTimeout(this.#timer);
    const deadline = setTimeout(() => this.#stop.abort(), withinMs);
    await this.#underWay;
    for (;;) {
      const waitMs = this.#untilNextMs();
      if (signal.aborted || this.#clock.monotonicMs() + waitMs >= endMs) break;
      await this.#clock.sleep(waitMs, signal);
      if (!signal.aborted) await this.#attemptNext();
    }
    clearTimeout(deadline);
    this.#stop.abort();
    this.#outbox.flush();
  }

  #schedule(): void {
    if (this.#isClosing || this.#underWay !== null) return;
    clearTimeout(this.#timer);
    const waitMs = this.#untilNextMs();
    if (waitMs === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#underWay = this.#attemptNext().finally(() => {
        this.#underWay = null;
        this.#schedule();
      });
    }, waitMs);
    this.#timer.unref();
  }

  /** Until there is something to do; Infinity = nothing waits. */
  #untilNextMs(): number {
    const nowMs = this.#clock.wallMs();
    if (this.#waiting.size === 0) return Infinity;
    const nextMs = Math.min(
      ...[...this.#waiting.values()].map((each) => (isDue(each, nowMs) ? nowMs : each.nextMs)),
    );
    return Math.min(LONGEST_WAIT_MS, Math.max(0, this.#notBeforeMs - nowMs, nextMs - nowMs));
  }

  async #attemptNext(): Promise<void> {
    const nowMs = this.#clock.wallMs();
    const entry = nextOf([...this.#waiting.values()], nowMs);
    if (entry === null || nowMs < this.#notBeforeMs) return;
    const begun = { ...entry, attempts: entry.attempts + 1, nextMs: nowMs + LEASE_MS };
    const claimed = this.#outbox.claim(entry, begun, nowMs);
    if (claimed === "done") return void this.#waiting.delete(entry.alert.id);
    if (claimed !== "ours") return this.#remember({ ...entry, nextMs: claimed });
    this.#remember(begun);
    this.#settle(begun, await this.#deliver(begun.alert));
  }

  /** A channel that throws has a bug, which must not stop the alerts after this one. */
  async #deliver(alert: Alert): Promise<ChannelAnswer> {
    try {
      return await this.#channel.deliver(alert, this.#stop.signal);
    } catch (error) {
      return refused(messageOf(error));
    }
  }

  #settle(entry: OutboxEntry, answer: ChannelAnswer): void {
    const nowMs = this.#clock.wallMs();
    if (answer.result === "retry") {
      if (this.#stop.signal.aborted) return this.#save({ ...entry, nextMs: nowMs });
      if (entry.attempts < this.#channel.mostAttempts && nowMs - entry.dueMs < GIVE_UP_MS) {
        this.#failures++;
        this.#notBeforeMs = nowMs + Math.max(answer.afterMs ?? 0, pauseMs(this.#failures, Math.random()));
        return this.#save({ ...entry, nextMs: this.#notBeforeMs, lastAnswer: answer.why });
      }
    }
    this.#recover();
    if (answer.result === "refused") return this.#giveUp(entry, answer.why);
    if (answer.result === "retry")
      return this.#giveUp(entry, `${answer.why}, after ${entry.attempts} attempts`);
    this.#said = "";
    this.#finish(entry, { deliveredMs: nowMs, lastAnswer: null });
  }

  #giveUp(entry: OutboxEntry, why: string): void {
    this.#finish(entry, { failedMs: this.#clock.wallMs(), lastAnswer: why });
    if (why === this.#said) return;
    this.#said = why;
    const what = `an alert did not reach the ${this.#channel.name} ${this.#channel.title}: ${why}`;
    this.#complain(`${what}. Try: ${typed("alerts test")}`);
  }

  #finish(entry: OutboxEntry, end: Partial<OutboxEntry>): void {
    this.#waiting.delete(entry.alert.id);
    this.#outbox.save({ ...entry, ...end });
  }

  #save(entry: OutboxEntry): void {
    this.#remember(entry);
    this.#outbox.save(entry);
  }

  #remember(entry: OutboxEntry): void {
    // what was given up meanwhile stays so
    if (this.#waiting.has(entry.alert.id)) this.#waiting.set(entry.alert.id, entry);
  }

  #recover(): void {
    [this.#failures, this.#notBeforeMs] = [0, 0];
  }
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
