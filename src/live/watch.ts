/** `status --watch`: the table once a second, keys at any time, until somebody leaves. */
import type { Loaded } from "../config/load.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { Report } from "../wire/reports.ts";
import { systemClock } from "../os/clock.ts";
import { describeFailure, UsageError } from "../text/errors.ts";
import { Operator } from "../watch/operator.ts";
import { plural } from "../text/style.ts";
import {
  withFailure,
  withOutcome,
  withPreview,
  withReport,
  withStopping,
  update,
  type Effect,
} from "./update.ts";
import type { Key } from "./keys.ts";
import { initial, type State } from "./state.ts";
import { Terminal } from "./terminal.ts";
import { frame, noticeLines, pageOf } from "./view.ts";

const EVERY_MS = 1_000;
/** To see who listens costs a look at every descriptor, so it is read now and then. */
const FULL_EVERY = 10;

function requireTerminal(): void {
  if (process.stdin.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb") return;
  throw new UsageError(
    "status --watch draws on a terminal, and this is none. Use status for a table, or status --json for a script.",
  );
}

export async function watchStatus(loaded: Loaded): Promise<number> {
  requireTerminal();
  await using operator = new Operator(loaded);
  const table = new LiveTable(operator, loaded.policy.projectRoot);
  await table.run();
  return 0;
}

class LiveTable {
  readonly #operator: Operator;
  readonly #leave = new AbortController();
  #state: State;
  #terminal: Terminal | null = null;
  #failure: unknown = null;
  readonly #stops = new Set<Promise<void>>();

  constructor(operator: Operator, root: string) {
    this.#operator = operator;
    this.#state = { ...initial, root };
  }

  /** Ends when it was left and what was begun has settled; throws what went wrong beside the looks. */
  async run(): Promise<void> {
    const leave = (): void => this.#leave.abort();
    for (const signal of SIGNALS) process.on(signal, leave);
    try {
      using terminal = new Terminal({
        onKey: (key) => this.#guard(() => this.#onKey(key)),
        onResize: () => this.#guard(() => this.#draw()),
        onGone: leave,
        onFailure: (error) => this.#fail(error),
      });
      this.#terminal = terminal;
      this.#draw();
      await this.#look();
    } finally {
      this.#terminal = null;
      await this.#settle();
      for (const signal of SIGNALS) process.off(signal, leave);
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** What was begun is seen to its end, on the screen that the shell has again. */
  async #settle(): Promise<void> {
    if (this.#stops.size === 0) return;
    const stopping = this.#state.notices.filter(({ kind }) => kind === "stopping").length;
    console.error(`Waiting for ${plural(stopping, "process", "processes")} to end …`);
    await Promise.all(this.#stops);
    for (const line of noticeLines(this.#state)) console.log(line);
  }

  async #look(): Promise<void> {
    for (let nth = 0; !this.#leave.signal.aborted; nth++) {
      const dueMs = systemClock.monotonicMs() + EVERY_MS;
      if (!this.#state.paused) await this.#lookOnce(nth % FULL_EVERY === 0);
      this.#draw();
      await systemClock.sleep(dueMs - systemClock.monotonicMs(), this.#leave.signal);
    }
  }

  async #lookOnce(full: boolean): Promise<void> {
    try {
      const report = await this.#operator.look({ full, remember: false });
      // a key may have held the screen meanwhile
      if (!this.#state.paused) this.#state = withReport(this.#state, report, this.#parents(report));
    } catch (error) {
      // a monitor that ends while it is asked: the next look finds out who watches then
      this.#state = { ...this.#state, trouble: firstLine(error) };
    }
  }

  /** Names of who started the jobs, where that is nobody in view. */
  #parents({ judgement }: Report): ReadonlyMap<number, string> {
    const pids = new Set(judgement.jobs.map(({ job }) => job.root.ppid));
    return new Map([...pids].map((pid) => [pid, this.#operator.describe(pid) ?? ""]));
  }

  #onKey(key: Key): void {
    const terminal = this.#terminal;
    if (terminal === null) return;
    const { state, effect } = update(this.#state, key, pageOf(this.#state, terminal.size));
    this.#state = state;
    if (effect !== null) this.#act(effect, terminal);
    this.#draw();
  }

  #act(effect: Effect, terminal: Terminal): void {
    switch (effect.type) {
      case "quit":
        return this.#leave.abort();
      case "suspend":
        return terminal.suspend();
      case "redraw":
        return terminal.forget();
      case "preview":
        return void this.#stop(effect.chosen, { dryRun: true, force: false });
      case "stop":
        return this.#keep(this.#stop(effect.chosen, { dryRun: false, force: effect.force }));
    }
  }

  async #stop(chosen: ProcessId, how: { readonly dryRun: boolean; readonly force: boolean }): Promise<void> {
    if (!how.dryRun) this.#state = withStopping(this.#state, chosen, Date.now());
    try {
      const report = await this.#operator.stopByHand({ chosen: [chosen], ...how });
      this.#state = how.dryRun
        ? withPreview(this.#state, chosen, report)
        : withOutcome(this.#state, chosen, report, Date.now());
    } catch (error) {
      this.#state = withFailure(this.#state, chosen, firstLine(error), Date.now());
    }
    this.#draw();
  }

  #keep(stop: Promise<void>): void {
    this.#stops.add(stop);
    void stop.finally(() => this.#stops.delete(stop));
  }

  #draw(): void {
    const terminal = this.#terminal;
    if (terminal !== null) terminal.draw(frame(this.#state, terminal.size));
  }

  /** A mistake in a handler ends the table, so that the terminal is given back before it is said. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#leave.abort();
  }
}

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

const firstLine = (error: unknown): string => describeFailure(error, false).text.split("\n", 1)[0] ?? "";
