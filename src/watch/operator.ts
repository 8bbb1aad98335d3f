/** Looks and stops on behalf of a person: through the running monitor, else by itself. */
import type { Loaded } from "../config/load.ts";
import { emptyHistory, type History } from "../core/judge/history.ts";
import type { Self } from "../core/judge/policy.ts";
import type { Report, ReportRequest, StopReport, StopRequest } from "../wire/reports.ts";
import { look, type LookOptions } from "../monitor/tick.ts";
import { ownRuntimeDirectories } from "../os/runtime-directory.ts";
import { openGatedJobs } from "../os/select.ts";
import type { GatedJobs } from "../ports/gate.ts";
import type { ProcessSampler } from "../ports/sampler.ts";
import type { OwnWatcher } from "./own-watcher.ts";
import { offer } from "./hand-over.ts";
import { withProjects } from "../host/projects.ts";
import { monitorOver, unlessSilent } from "../host/running-monitor.ts";
import { readSelf, samplerFor, uid } from "../host/watch-ports.ts";

/** Asks each time who watches: monitors come and go, and a job has one killer (I10). */
export class Operator implements AsyncDisposable {
  #loaded: Loaded;
  #isPlaced = false;
  readonly #sampler: ProcessSampler;
  readonly #self: Self;
  readonly #gated: GatedJobs;
  #history: History = emptyHistory;
  /** From the first stop on that no monitor carries out. */
  #own: OwnWatcher | null = null;
  #hasWarned = false;

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
    this.#sampler = samplerFor(loaded.policy);
    this.#self = readSelf(this.#sampler);
    this.#gated = openGatedJobs(() => ownRuntimeDirectories(uid()));
  }

  /** By itself too where a monitor is there and does not answer: that is said once. */
  async look(request: ReportRequest): Promise<Report> {
    const monitor = await unlessSilent(monitorOver(this.#loaded.policy), true, (line) => this.#warn(line));
    if (monitor !== null) {
      if (!this.#isPlaced) await offer(monitor, this.#loaded, false);
      this.#isPlaced = true;
      return monitor.report(request, this.#self);
    }
    if (!this.#isPlaced) {
      this.#loaded = { ...this.#loaded, policy: await withProjects(this.#loaded, this.#sampler) };
      this.#isPlaced = true;
    }
    const { policy, path: config } = this.#loaded;
    const how: LookOptions = { kind: "one-shot", full: request.full, gated: this.#gated.now() };
    const own = this.#own;
    const { snapshot, judgement, history } =
      own === null ? look(this.#sampler, this.#history, policy, this.#self, how) : own.watcher.look(how);
    this.#history = history;
    return { atMs: snapshot.atMs, policy, config, judgement, monitorPid: null };
  }

  /**
   * Resolves when the ends are settled: after a whole grace, perhaps. @throws SilentMonitor where one is there, does not
   * answer, and nobody insists (`force`).
   */
  async stopByHand(request: StopRequest): Promise<StopReport> {
    const monitor = await unlessSilent(
      monitorOver(this.#loaded.policy),
      request.force || request.dryRun,
      (line) => this.#warn(line),
    );
    if (monitor !== null) return monitor.stopByHand(request, this.#self);
    // who only looks loads nothing of this
    const { openOwnWatcher } = await import("./own-watcher.ts");
    this.#own ??= openOwnWatcher(this.#loaded, this.#sampler, this.#self, this.#history);
    return { ...(await this.#own.watcher.stopByHand(request)), monitorPid: null };
  }

  #warn(line: string): void {
    if (!this.#hasWarned) console.error(line);
    this.#hasWarned = true;
  }

  /** One line about a pid, Bun or not; null when it is gone. */
  describe(pid: number): string | null {
    return this.#sampler.describe(pid);
  }

  /** Not before what was begun has settled: that is the caller's to wait for. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own?.[Symbol.asyncDispose]();
    this.#sampler.close();
  }
}
