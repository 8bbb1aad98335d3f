/** The monitor, asked as `status` asks it; where none runs, a look of our own. */
import type { Loaded } from "../../config/load.ts";
import type { MemoryPoint } from "../../core/judge/history.ts";
import type { Self } from "../../core/judge/policy.ts";
import type { ProcessId } from "../../core/process/process.ts";
import { monitorOver, SilentMonitor } from "../../host/running-monitor.ts";
import { readSelf, samplerFor } from "../../host/watch-ports.ts";
import type { Operator } from "../../watch/operator.ts";
import type { RunningMonitor } from "../../wire/client.ts";
import type { CleanupReport, CleanupRequest, Report, StopReport, StopRequest } from "../../wire/reports.ts";
import type { StatusAsked, StatusNews } from "../../wire/documents/status-news.ts";
import type { WatchTotals } from "../../wire/documents/totals.ts";
import { typed } from "../../trust/typed.ts";
import { HttpProblem } from "../problem.ts";

/** The monitor's pid, mode and scope; null = none runs; silent: one is there and does not answer. */
type MonitorState = RunningMonitor | null | "silent";

/** null: there is none that could be asked. */
export const answering = (state: MonitorState): RunningMonitor | null => (state === "silent" ? null : state);

const RECENT_MS = 1_000;

export interface MonitorSource {
  state(): Promise<MonitorState>;
  /** The same, a second old at most: who has no token can ask for it, and however often that is, the monitor hears of it once. */
  recentState(): Promise<MonitorState>;
  /** Never remembered: whoever looks once a second would change what a hold of a minute sees. */
  report(): Promise<Report>;
  /** The same as text, for whoever has seen some of it. */
  news(asked: StatusAsked): Promise<StatusNews>;
  /** Of its last look, which nobody has to make anew. */
  totals(): Promise<WatchTotals>;
  /** What a monitor remembers of one process: Unix epoch ms, oldest first. */
  memoryOf(id: Pick<ProcessId, "pid" | "startTicks">): Promise<readonly MemoryPoint[]>;
  /** The monitor carries it out. Throws HttpProblem where none runs. */
  stop(request: StopRequest): Promise<StopReport>;
  /** The same. */
  cleanup(request: CleanupRequest): Promise<CleanupReport>;
  /** Neither this server nor whoever has started it may become a victim. */
  self(): Self;
}

export class AskedMonitor implements MonitorSource, AsyncDisposable {
  readonly #loaded: Loaded;
  #operator: Operator | null = null;
  #self: Self | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;
  #asked: Promise<MonitorState> = Promise.resolve(null);

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  async state(): Promise<MonitorState> {
    try {
      return await monitorOver(this.#loaded.policy);
    } catch (error) {
      if (error instanceof SilentMonitor) return "silent";
      throw error;
    }
  }

  recentState(): Promise<MonitorState> {
    const nowMs = performance.now();
    if (nowMs - this.#askedMs >= RECENT_MS) [this.#askedMs, this.#asked] = [nowMs, this.state()];
    return this.#asked;
  }

  async report(): Promise<Report> {
    const monitor = answering(await this.state());
    const request = { full: false, remember: false };
    if (monitor !== null) return monitor.report(request, this.self());
    return (await this.#own()).look(request);
  }

  async news(asked: StatusAsked): Promise<StatusNews> {
    const monitor = answering(await this.state());
    if (monitor !== null) return monitor.status(asked, this.self());
    const report = await (await this.#own()).look({ full: asked.full, remember: false });
    const [{ statusDocument }, { statusNews }] = await Promise.all([
      import("../../wire/documents/status.ts"),
      import("../../wire/documents/status-news.ts"),
    ]);
    return statusNews(statusDocument(report, asked.at, asked.pid), asked);
  }

  async totals(): Promise<WatchTotals> {
    const monitor = answering(await this.state());
    if (monitor !== null) return monitor.totals(process.pid);
    const report = await (await this.#own()).look({ full: false, remember: false });
    const { watchTotals } = await import("../../wire/documents/totals.ts");
    return watchTotals(report, process.pid);
  }

  async memoryOf(id: Pick<ProcessId, "pid" | "startTicks">): Promise<readonly MemoryPoint[]> {
    const monitor = answering(await this.state());
    return (await monitor?.memory(id)) ?? [];
  }

  async stop(request: StopRequest): Promise<StopReport> {
    return (await this.#acting()).stopByHand(request, this.self());
  }

  async cleanup(request: CleanupRequest): Promise<CleanupReport> {
    return (await this.#acting()).cleanup(request, this.self());
  }

  /** Who may signal. @throws HttpProblem where nobody does */
  async #acting(): Promise<RunningMonitor> {
    const monitor = await this.state();
    if (monitor !== null && monitor !== "silent") return monitor;
    throw new HttpProblem(
      503,
      monitor === null
        ? `No monitor runs, and this server signals nobody itself. Start one: ${typed("monitor --detach")}`
        : `The monitor does not answer. Replace it: ${typed("monitor --restart")}`,
    );
  }

  self(): Self {
    if (this.#self === null) {
      const sampler = samplerFor(this.#loaded.policy);
      try {
        this.#self = readSelf(sampler);
      } finally {
        sampler.close();
      }
    }
    return this.#self;
  }

  async #own(): Promise<Operator> {
    // while a monitor runs, nothing of this is loaded
    const { Operator: Own } = await import("../../watch/operator.ts");
    return (this.#operator ??= new Own(this.#loaded));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operator?.[Symbol.asyncDispose]();
  }
}
