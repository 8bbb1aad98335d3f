/** The place for one running copy of an app: what the lifecycle's table says is carried out here. */
import type { InstanceExit, Phase } from "../core/app/app-state.ts";
import { judgeExit, waitWords } from "../core/app/judge-exit.ts";
import { countsAsRestart, transition, type AppEffect, type LifecycleEvent } from "../core/app/lifecycle.ts";
import { freeKey, pidFileOf } from "./files.ts";
import { EVENT_OF, exitOf, LastExit } from "./last-exit.ts";
import type { OwningApp, InstancePorts } from "./instance-ports.ts";
import { Watchers } from "./watchers.ts";
import type { RunEnd, RunHooks } from "./run-hooks.ts";
import { AppRun } from "./run.ts";

export class Instance {
  phase: Phase = "stopped";
  sinceMs: number;
  untilMs: number | null = null;
  createdMs: number;
  restarts = 0;
  unstable = 0;
  lostLines = 0;
  run: AppRun | null = null;
  /** This says how the last process ended that was to take its place. */
  failedNext = "";
  readonly exits = new LastExit();
  /** The process that a reload has started. It takes this one's place once it is ready. */
  next: AppRun | null = null;
  /** The processes that it has replaced, until nothing is left of them. */
  readonly former = new Set<AppRun>();
  #wait: AbortController | null = null;
  readonly watchers: Watchers;

  constructor(
    private readonly around: InstancePorts<Instance>,
    readonly app: OwningApp,
    readonly id: number,
    readonly number: number,
    /** The key of its output. */
    readonly key: string,
  ) {
    this.createdMs = around.ports.clock.wallMs();
    this.sinceMs = this.createdMs;
    this.watchers = new Watchers(around.isClosed);
  }

  get runs(): readonly AppRun[] {
    const current = [this.run, this.next].filter((run) => run !== null);
    return [...current, ...this.former].filter((run) => !run.isOver);
  }

  /** Somebody asks for it, so what failed before counts no more. */
  request(event: "start" | "hold" | "stop" | "restart" | "remove"): void {
    if (event !== "stop" && event !== "remove") this.unstable = 0;
    this.dispatch(event);
  }

  dispatch(event: LifecycleEvent, delayMs = 0): void {
    // whoever comes after us goes on from what is kept
    if (this.around.isClosed()) return;
    const from = this.phase;
    const { to, effects } = transition(from, event, this.runs.length > 0);
    if (to !== from) {
      this.phase = to;
      this.sinceMs = this.around.ports.clock.wallMs();
      this.#wait?.abort();
      this.untilMs = effects.includes("wait") ? this.sinceMs + delayMs : null;
    }
    if (effects.includes("spawn") && countsAsRestart(from, event)) this.restarts++;
    // a spawn is kept with the job's id, before the process exists
    if (to !== from && to !== "gone" && !effects.includes("spawn")) this.around.keep(this);
    for (const effect of effects) this.#carryOut(effect, delayMs);
    if (to !== from) this.around.moved(this, from);
    this.wake();
  }

  wake(): void {
    this.watchers.wake();
  }

  get lastExit(): InstanceExit | null {
    return this.exits.value;
  }

  /** The key of the output of its process, or of the last one. */
  get outputKey(): string {
    return this.run?.place.key ?? this.key;
  }

  /** Goes on with ending what is left of it. */
  finish(): void {
    for (const run of this.runs) void run.end("it was to stop");
    if (this.runs.length === 0) this.#finishEnding();
  }

  /** A wait that was under way when the manager before us died. */
  resumeWait(untilMs: number): void {
    this.untilMs = untilMs;
    // no longer than it was to be, whatever became of the wall clock
    const leftMs = Math.min(untilMs - this.around.ports.clock.wallMs(), untilMs - this.sinceMs);
    this.#carryOut("wait", leftMs);
  }

  /** A process for this place: it is not its process yet. In a reload it has an output of its own. */
  newRun(key = freeKey(this)): AppRun {
    const place = { spec: this.app.spec, number: this.number, key };
    return new AppRun(this.around.runPorts, place, this.#hooks);
  }

  /** The manager leaves: the processes stay. */
  leave(): void {
    this.#wait?.abort();
    for (const run of this.runs) run.leave();
    this.wake();
  }

  /** Its next process is ready and takes its place; the one before is asked to end. Resolves when nothing is left of that. */
  async replace(): Promise<void> {
    const { run: before, next } = this;
    if (next === null || before === null) return;
    this.former.add(before);
    this.restarts++;
    this.unstable = 0;
    this.#promote(next);
    this.wake();
    await before.end("the next one has taken its place");
  }

  #carryOut(effect: AppEffect, delayMs: number): void {
    switch (effect) {
      case "spawn":
        this.spawn();
        return;
      case "end":
        this.finish();
        return;
      case "wait":
        void this.#sleep(delayMs);
        return;
      case "forget":
    }
  }

  spawn(): void {
    // the old one has ended in the middle of a reload: the new one is there already
    if (this.next !== null) return this.#promote(this.next);
    const before = this.run;
    this.exits.left = null;
    this.run = this.newRun();
    this.run.start(before?.handle);
  }

  #promote(next: AppRun): void {
    this.run = next;
    this.next = null;
    this.around.keep(this);
    this.#writePid(next);
  }

  async #sleep(ms: number): Promise<void> {
    const wait = new AbortController();
    this.#wait = wait;
    await this.around.ports.clock.sleep(ms, wait.signal);
    if (!wait.signal.aborted) this.dispatch("due");
  }

  readonly #hooks: RunHooks<AppRun> = {
    onJob: () => this.around.keep(this),
    onStarted: (run) => this.#started(run),
    onReady: (run) => {
      if (run === this.run && this.phase === "starting") {
        this.dispatch("ready");
        this.around.tell(this, "ready", "is ready");
      } else this.wake();
    },
    onLate: (run, cause) => {
      run.fail(cause);
      if (run === this.run) this.dispatch("late");
    },
    onOver: (run, end) => this.#over(run, end),
    onTrouble: (words) => this.around.tell(this, "trouble", words),
  };

  #started(run: AppRun): void {
    const words = `${run.isAdopted ? "goes on" : "started"} (pid ${run.handle?.pid})`;
    if (run.handle?.pid !== 0) this.around.tell(this, "started", words);
    if (run === this.run) this.#writePid(run);
    // else it is ready in the same breath, and that is kept
    if (this.app.spec.readiness.by !== "start") this.around.keep(this);
  }

  #over(run: AppRun, end: RunEnd): void {
    // whoever comes after us finds out, and judges it
    if (this.around.isClosed()) return;
    if (end.survivors.length > 0) this.around.tell(this, "trouble", this.exits.survived(end.survivors));
    if (run === this.next) this.#lose(run, end);
    this.former.delete(run);
    if (run === this.run) {
      this.#remember(run, end);
      if (this.phase === "starting" || this.phase === "online") this.#judge(end);
    } else this.around.keep(this);
    // the next one may have the same output
    const { key } = run.place;
    if ([this.run, ...this.runs].every((one) => one?.place.key !== key)) this.around.closeOutput(this, key);
    // whoever is being ended has ended with its last process
    if (this.runs.length === 0) this.#finishEnding();
    this.wake();
  }

  #finishEnding(): void {
    if (this.phase === "stopping" || this.phase === "restarting" || this.phase === "removing")
      this.dispatch("never");
  }

  /** The new process of a reload has ended: the old one stays. */
  #lose(run: AppRun, end: RunEnd): void {
    this.next = null;
    this.failedNext = exitOf(end, run.place.spec.limits, 0).words;
    if (end.reason !== "stopped") this.around.tell(this, "failed", `its new process ${this.failedNext}`);
  }

  #judge({ reason, code, upMs }: RunEnd): void {
    if (this.next !== null) {
      const { isReady } = this.next;
      this.dispatch("again");
      if (isReady) this.dispatch("ready");
      return;
    }
    const { restart } = this.app.spec;
    const { ports, tell } = this.around;
    const judged = judgeExit({ reason, code, upMs, unstable: this.unstable }, restart, ports.random());
    this.unstable = judged.unstable;
    if ("delayMs" in judged) {
      this.dispatch(judged.verdict, judged.delayMs);
      tell(this, "backoff", waitWords(judged.verdict, judged, restart));
    } else this.dispatch(judged.verdict);
  }

  #remember(run: AppRun, end: RunEnd): void {
    const exit = exitOf(end, run.place.spec.limits, this.around.ports.clock.wallMs());
    this.exits.set(exit, run.place.key, this.around.ports.logs, () => {
      if (this.phase !== "gone" && !this.around.isClosed()) this.around.keep(this);
      this.wake();
    });
    this.around.tell(this, EVENT_OF[exit.reason], exit.words);
    this.#writePid(null);
  }

  #writePid(run: AppRun | null): void {
    const path = pidFileOf(this.app.spec, this.number);
    if (path !== null) this.around.ports.daemon.writePidFile(path, run?.handle?.pid ?? null);
  }
}
