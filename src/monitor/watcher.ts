/** A watchdog's memory between ticks, and what it does in one: look, plan, look again, terminate what both agree on. */
import { reprieves, plan } from "../core/plan/planning.ts";
import { byHand } from "../core/plan/by-hand.ts";
import { breakerAfterKill, breakerAt, closedBreaker, type Breaker } from "../core/plan/breaker.ts";
import type { EventBody } from "../core/plan/event.ts";
import { modeOf } from "../core/judge/governance.ts";
import { emptyHistory, jobMarked, jobStopped, type History } from "../core/judge/history.ts";
import { nextDelayMs, pulseMs } from "../core/plan/next-delay.ts";
import type { Plan, Step } from "../core/plan/plan.ts";
import { isDead } from "../core/plan/outcome.ts";
import { leftBehind } from "../core/judge/owner.ts";
import type { Mode, Policy, Self } from "../core/judge/policy.ts";
import type { ProcessSample } from "../core/process/process.ts";
import { noRepeats, repeatsAfterKill, type Repeats } from "../core/judge/repeats.ts";
import { ReadyRules } from "../core/judge/inquiry.ts";
import { unproven } from "../core/judge/lineage.ts";
import { leaveMark } from "../kill/leave-mark.ts";
import { terminate } from "../kill/terminate.ts";
import { Announcer } from "./announce.ts";
import { Guests } from "./guests.ts";
import { memoryIsGoing, memoryOf } from "./memory.ts";
import type { CarriedOut, Report, ReportRequest, StopReport, StopRequest } from "../wire/reports.ts";
import type { MonitorAnswers } from "../wire/monitor.ts";
import { Tally } from "./tally.ts";
import { judgedOf, mayKill, policyOf, tellTerminal } from "./may-kill.ts";
import { confirmed, look, type TickResult, type LookOptions } from "./tick.ts";
import { TICK, type DecideOptions, type Tick, type WatchPorts } from "./watching.ts";

export class Watcher {
  readonly ports: WatchPorts;
  /** Changes when the command of `monitor -- <command>` has started. */
  self: Self;
  policy: Policy;
  #history: History;
  #last: TickResult | null = null;
  readonly #rules = new ReadyRules();
  #lookTookMs = 0;
  readonly #tally = new Tally();
  #breaker: Breaker = closedBreaker;
  #repeats: Repeats = noRepeats;
  #startedMs: number;
  #armed = true;
  /** Two of them may be of one job. */
  readonly #underWay = new Set<Step>();
  readonly #announcer: Announcer;
  readonly guests: Guests;

  /** `history`: what somebody who only looked has seen before. */
  constructor(ports: WatchPorts, policy: Policy, self: Self, history: History = emptyHistory) {
    this.#history = history;
    this.ports = ports;
    this.policy = policy;
    this.self = self;
    this.#startedMs = ports.clock.monotonicMs();
    this.guests = new Guests(ports.control);
    this.#announcer = new Announcer((event) => this.#write(event));
  }

  /** From now on, or since some ms ago, jobs that already ran have their reprieve, unless `armed`. */
  begin(armed: boolean, agoMs = 0): void {
    this.#armed = armed;
    this.#startedMs = this.ports.clock.monotonicMs() - agoMs;
  }

  /** observe: nothing is signalled, whoever it is. */
  get mode(): Mode {
    return modeOf(this.policy);
  }

  look(options: LookOptions = TICK, caller?: Self): TickResult {
    const { clock, sampler } = this.ports;
    const beganMs = clock.monotonicMs();
    const how = { ...options, gated: this.ports.gated?.now() ?? [] };
    sampler.follow?.(leftBehind(how.gated));
    const now = look(sampler, this.#history, this.policy, this.#selfWith(caller), how, this.#rules);
    this.#lookTookMs = clock.monotonicMs() - beganMs;
    this.#history = now.history;
    this.#last = now;
    this.ports.onLook?.(now);
    return now;
  }

  plan(at: TickResult, options: DecideOptions = {}): Plan {
    const nowMs = at.snapshot.monotonicMs;
    this.#breaker = breakerAt(this.#breaker, nowMs, this.policy.breakerKillsPerMinute);
    const jobs = at.judgement.jobs.map(({ job }) => job);
    return plan(at.judgement, {
      policy: this.policy,
      self: this.#selfWith(options.caller),
      history: at.history,
      nowMs,
      inFlight: this.#inFlight,
      reprieves:
        options.yes === true
          ? new Map()
          : reprieves(jobs, this.#armed ? null : this.#startedMs, nowMs, this.policy),
      repeats: this.#repeats,
      breaker: this.#breaker,
      force: options.force ?? false,
      yes: options.yes ?? false,
      byPerson: options.byPerson ?? false,
      ...(options.reach !== undefined && { reach: options.reach }),
      ...(options.only !== undefined && { only: options.only }),
    });
  }

  /** One whole tick. In observe mode nothing is started. */
  tick(options: DecideOptions = {}, how: LookOptions = TICK): Tick {
    return this.#tally.count(this.ports.clock, () => this.#tick(options, how));
  }

  #tick(options: DecideOptions, how: LookOptions): Tick {
    const seen = this.look(how, options.caller);
    const first = this.plan(seen, options);
    const observing = this.mode === "observe";
    this.#announcer.announce({
      plan: first,
      judgement: seen.judgement,
      breaker: this.#breaker,
      inFlight: this.#inFlight,
      observing,
    });
    if (observing) return { plan: first, started: [] };
    this.#markSuspects(seen);
    if (first.steps.length === 0) return { plan: first, started: [] };
    const second = this.plan(this.look(how, options.caller), options);
    return {
      plan: first,
      started: confirmed(first, second).map((step) => {
        if (options.byPerson !== true) this.#count(step);
        return this.#carryOut(step, options.caller);
      }),
    };
  }

  #count({ victim }: Step): void {
    const nowMs = this.ports.clock.monotonicMs();
    this.#breaker = breakerAfterKill(this.#breaker, nowMs, this.policy.breakerKillsPerMinute);
    this.#repeats = repeatsAfterKill(this.#repeats, victim, nowMs);
  }

  /** At most one mark for each succession that has lasted for too long; the next look shows who comes after it. */
  #markSuspects({ judgement, history }: TickResult): void {
    for (const { jobId, head } of unproven(judgement, history, this.policy))
      if (leaveMark(this.ports.control, head.id)) this.#history = jobMarked(this.#history, jobId);
  }

  /** What a fresh look shows, or the last one. */
  report(caller: Self | undefined, config: string | null, { full, remember, last }: ReportRequest): Report {
    const how = { ...TICK, full };
    const { policy, ports } = this;
    const glance = () => look(ports.sampler, this.#history, policy, this.#selfWith(caller), how, this.#rules);
    const known = last === true ? this.#last : null;
    const { snapshot, judgement } = known ?? (remember ? this.look(how, caller) : glance());
    const watch = this.#tally.facts(this.#breaker, ports.clock.monotonicMs(), policy);
    return { atMs: snapshot.atMs, policy, config, judgement, monitorPid: this.self.pid, watch };
  }

  /** What is remembered of one process: wall clock, oldest first. */
  memoryOf: MonitorAnswers["memory"] = async (id) => memoryOf(this.#history, id, this.ports.clock);

  /**
   * Stops what a person points at, in observe mode too. It counts neither for the breaker, which guards against limits
   * that are wrong, nor as a kill of a program that comes back, which is about what the watchdog's own kills achieve.
   */
  async stopByHand({ chosen, dryRun, ...asked }: StopRequest, caller?: Self): Promise<StopReport> {
    // a protection may hang on any reading
    const seen = this.look({ ...TICK, full: true }, caller);
    const { policy, ports } = this;
    const self = this.#selfWith(caller);
    const inFlight = this.#inFlight;
    const order = byHand(seen.judgement, chosen, {
      policy,
      self,
      history: seen.history,
      inFlight,
      ...asked,
    });
    const carriedOut = dryRun
      ? []
      : await Promise.all(order.steps.map((step) => this.#carryOut(step, caller)));
    const atMs = ports.clock.wallMs();
    const modes = order.steps.map(({ victim }) => policyOf(victim, this.#last, policy).mode);
    const mode = modes.length > 0 && modes.every((each) => each === "observe") ? "observe" : this.mode;
    return { atMs, dryRun, mode, plan: order, carriedOut, monitorPid: this.self.pid };
  }

  processes = (): Iterable<ProcessSample> => this.#last?.snapshot.processes.values() ?? [];

  /**
   * Until the next tick, ms: the interval, or less when memory is filling up. Never less than the last look took: half
   * of the time is for whoever asks.
   */
  nextDelayMs(): number {
    if (this.#last === null) return this.policy.intervalMs;
    return Math.max(this.#lookTookMs, nextDelayMs(this.#last.judgement, this.#history, this.policy));
  }

  /** Somebody leaks faster than the interval. */
  memoryIsGoing(): boolean {
    return this.#last !== null && memoryIsGoing(this.#last.snapshot, this.ports.sampler, this.policy);
  }

  /** Until memoryIsGoing is worth asking again, ms. */
  pulseMs = (): number => pulseMs(this.#last === null ? 0 : this.#last.snapshot.machine.availableBytes);

  trouble(what: string): void {
    this.#write({ type: "trouble", what });
  }

  async #carryOut(step: Step, caller: Self | undefined): Promise<CarriedOut> {
    this.#underWay.add(step);
    // a later look knows a dead process no more
    const project = judgedOf(step.victim, this.#last)?.project ?? null;
    try {
      const { outcomes, left } = await terminate(step, this.ports, {
        graceMs: policyOf(step.victim, this.#last, this.policy).killGraceMs,
        mayKill: (process) => mayKill(process, this.#last, this.policy, this.#selfWith(caller)),
        ...(this.#last !== null && { before: this.#last.snapshot }),
      });
      if (outcomes.every(({ result }) => isDead(result)))
        this.#history = jobStopped(this.#history, step.jobId, this.ports.clock.monotonicMs());
      tellTerminal(this.ports.terminals, step, project, outcomes, caller);
      const carriedOut = { victim: step.victim, cause: step.cause, outcomes, left };
      this.guests.note(carriedOut);
      return carriedOut;
    } finally {
      this.#underWay.delete(step);
    }
  }

  get #inFlight(): ReadonlySet<string> {
    return new Set([...this.#underWay].map(({ jobId }) => jobId));
  }

  #selfWith(caller: Self | undefined): Self {
    const own = this.guests.with(this.self);
    if (caller === undefined) return own;
    const ancestors = [...own.ancestors, caller.pid, ...caller.ancestors];
    return { ...own, ancestors, gitPid: caller.gitPid, hook: caller.hook };
  }

  #write(event: EventBody): void {
    this.ports.journal.write({ atMs: this.ports.clock.wallMs(), ...event });
  }
}
