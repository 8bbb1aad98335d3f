/** The monitor, asked as `status` asks it; where none runs, a look of our own. */
import type { Loaded } from "../../config/load.ts";
import type { Self } from "../../core/judge/policy.ts";
import { monitorOver, SilentMonitor } from "../../host/running-monitor.ts";
import { readSelf, samplerFor } from "../../host/watch-ports.ts";
import type { Operator } from "../../watch/operator.ts";
import type { RunningMonitor } from "../../wire/client.ts";
import type { Report, StopReport, StopRequest } from "../../wire/reports.ts";

/** The monitor's pid, mode and scope; null = none runs; silent: one is there and does not answer. */
export type MonitorState = RunningMonitor | null | "silent";

export class MonitorSource implements AsyncDisposable {
  readonly #loaded: Loaded;
  #operator: Operator | null = null;
  #self: Self | null = null;

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

  /** Never remembered: whoever looks once a second would change what a hold of a minute sees. */
  async report(full: boolean): Promise<Report> {
    const monitor = await this.state();
    const request = { full, remember: false };
    if (monitor !== null && monitor !== "silent") return monitor.report(request, this.self());
    return (await this.#own()).look(request);
  }

  async stop(request: StopRequest): Promise<StopReport> {
    const monitor = await this.state();
    if (monitor !== null && monitor !== "silent") return monitor.stopByHand(request, this.self());
    return (await this.#own()).stopByHand(request);
  }

  /** Neither this server nor whoever has started it may become a victim. */
  self(): Self {
    if (this.#self === null) {
      const sampler = samplerFor(this.#loaded.policy);
      this.#self = readSelf(sampler);
      sampler.close();
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
