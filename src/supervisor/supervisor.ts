/** Starts apps, each held by a container of its own, and ends them with all that they have started. */
import type { SlotRecord } from "../core/process/slot.ts";
import { adoptJob } from "../launch/adopt.ts";
import { lostRecord } from "../launch/lost-record.ts";
import { prepareLaunch } from "../launch/launch.ts";
import type { LaunchedJob } from "../launch/look-after.ts";
import type { LaunchPorts } from "../launch/request.ts";
import type {
  AppConfig,
  AppProcess,
  ExitStatus,
  LimitReport,
  ProcessInfo,
  ProcessSupervisor,
  SupervisorEvent,
} from "../ports/supervisor.ts";
import type { AppLimits } from "../core/app/app-spec.ts";
import { messageOf } from "../text/system-error.ts";
import { SupervisorEvents } from "./events.ts";
import { appEndOf, exitStatusOf } from "./exit-status.ts";
import { AppRegistry, type RunningApp } from "./app-registry.ts";
import { GRACE_MS, keptBy, limitsOf, limitReport, requestOf, sampledCpu, appTerms } from "./request.ts";

interface SupervisorPorts {
  /** Opens the ports for a job that runs in this directory. */
  readonly launch: (project: string) => LaunchPorts;
  /** An app that is given no environment gets this one. */
  readonly environment: NodeJS.ProcessEnv;
  /** The user's service manager has given this process a scope. */
  readonly isInUserScope: boolean;
}

const ASKED = "its manager was asked to end it";

export class Supervisor implements ProcessSupervisor {
  readonly #ports: SupervisorPorts;
  readonly #events: SupervisorEvents;
  readonly #registry = new AppRegistry();
  /** Jobs that are over, until their groups are gone. */
  readonly #clearing = new Set<Promise<unknown>>();
  /** The map also has apps that have ended, for as long as somebody holds their handle. */
  readonly #known = new WeakMap<AppProcess, RunningApp>();

  constructor(ports: SupervisorPorts, mostEvents?: number) {
    this.#ports = ports;
    this.#events = new SupervisorEvents(mostEvents);
  }

  async spawn(config: AppConfig): Promise<AppProcess> {
    const { name, onJob, cwd } = config;
    try {
      const ports = this.#ports.launch(cwd);
      const request = await requestOf(config, this.#ports.environment);
      const before = config.after && this.#known.get(config.after);
      const prepared = before?.job.again(request) ?? (await prepareLaunch(request, ports));
      try {
        onJob?.(prepared.record.jobId);
      } catch (error) {
        prepared[Symbol.dispose]();
        throw error;
      }
      const job = prepared.start();
      await job.became;
      return await this.#lookAfter(config, job, ports);
    } catch (error) {
      this.#tell({ type: "failed", app: name, error: messageOf(error) });
      throw error;
    }
  }

  async adopt(jobId: string, config: AppConfig): Promise<AppProcess | null> {
    const ports = this.#ports.launch(config.cwd);
    // the books were removed, or the disk was full
    const record = ports.gatehouse.record(jobId) ?? (await lostRecord(jobId, config, ports));
    if (record === null) return null;
    const job = await adoptJob(record, "manager", appTerms(config), ports);
    if (job !== null) return await this.#lookAfter(config, job, ports);
    if (!this.#registry.has(jobId)) await this.#requireGone(record, ports);
    return null;
  }

  /** A dead owner may be in the middle of its end. An app that is taken for ended by then would run twice. */
  async #requireGone({ jobId, place, owner }: SlotRecord, { containers }: LaunchPorts): Promise<void> {
    using remains = await containers.reopen(jobId, place);
    const [member] = remains.members();
    if (member === undefined) return;
    throw new Error(`pid ${member.pid} of it lives, and pid ${owner.pid} looks after it`);
  }

  async killTree(
    handle: AppProcess,
    { graceMs = GRACE_MS, reason = ASKED }: { readonly graceMs?: number; readonly reason?: string } = {},
  ): Promise<ExitStatus> {
    const app = this.#of(handle);
    app.isStopping = true;
    app.job.stop(reason, graceMs);
    return app.ended;
  }

  async wait(handle: AppProcess): Promise<ExitStatus> {
    return this.#of(handle).ended;
  }

  async getProcessInfo(which: number | string): Promise<ProcessInfo> {
    const app = this.#registry.find(which);
    if (app === undefined)
      throw Object.assign(new Error(`${which} is no app that this supervisor has started and that runs.`), {
        code: "ESRCH",
      });
    const { handle, startedMs, isStopping } = app;
    const glance = await app.job.glance();
    return {
      pid: handle.pid,
      app: handle.name,
      state: isStopping ? "stopping" : "online",
      ...glance,
      startedMs,
    };
  }

  async setResourceLimits(handle: AppProcess, limits: AppLimits): Promise<LimitReport> {
    const { job } = this.#of(handle);
    const facts = await job.limit(keptBy(limits));
    const sampled = sampledCpu(limits, facts);
    if (sampled !== null) await job.limit({ limits: sampled });
    return this.#limitReport(job);
  }

  events(): ReturnType<SupervisorEvents["listen"]> {
    return this.#events.listen();
  }

  /** Nobody is ended: whoever adopts them looks after them, and until then nobody does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#events.close();
    await Promise.all(this.#clearing);
  }

  async #lookAfter(config: AppConfig, job: LaunchedJob, { clock }: LaunchPorts): Promise<AppProcess> {
    const { name } = config;
    const { jobId, root } = job;
    const report = (): LimitReport => this.#limitReport(job);
    const handle: AppProcess = {
      name,
      pid: root.pid,
      root,
      jobId,
      get enforcement() {
        return report();
      },
      signal: (signal) => job.forward(signal),
      send: (message) => job.send(message),
      over: job.over.then((end) => {
        this.#registry.remove(app);
        this.#clearing.add(ended);
        return appEndOf(end);
      }),
    };
    const ended = job.ended.then((end) => {
      this.#clearing.delete(ended);
      if (end.ending.how === "memory")
        this.#tell({ type: "oom", app: name, pid: root.pid, limitBytes: end.ending.limitBytes });
      const status = exitStatusOf(end);
      this.#tell({ type: "exited", app: name, pid: root.pid, status });
      return status;
    });
    const app: RunningApp = { handle, job, startedMs: clock.wallMs(), ended, isStopping: false };
    this.#registry.add(app);
    this.#known.set(handle, app);
    this.#tell({ type: "started", app: name, pid: root.pid });
    const limits = limitsOf(config);
    const sampled = sampledCpu(limits, job.facts);
    try {
      if (sampled !== null) await job.limit({ limits: sampled });
    } catch (error) {
      // whoever asked has no handle of it, and would start it a second time
      job.stop(`its limits cannot be kept: ${messageOf(error)}`, 0);
      await ended;
      throw error;
    }
    return handle;
  }

  #of(handle: AppProcess): RunningApp {
    const app = this.#known.get(handle);
    if (app === undefined)
      throw new Error(`"${handle.name}" (pid ${handle.pid}) is no app of this supervisor.`);
    return app;
  }

  #limitReport({ facts, place }: LaunchedJob): LimitReport {
    return limitReport(facts, place.kind, this.#ports.isInUserScope);
  }

  #tell(event: SupervisorEvent): void {
    this.#events.tell(event);
  }
}
