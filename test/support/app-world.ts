/**
 * A world without processes for the manager of apps: its clock goes on when a test says so, its processes do what they are
 * told, and they outlive the manager, which may die at any moment.
 */
import type { AppIdentity, AppSpec } from "../../src/core/app/app-spec.ts";
import type { LaunchedBefore } from "../../src/manager/launched-before.ts";
import type { KeptApp, KeptInstance, ManagerPorts } from "../../src/manager/ports.ts";
import { createManager } from "../../src/manager/engine.ts";
import type { LoggedInstance, OutputLoss } from "../../src/ports/app-logs.ts";
import type { AppConfig, AppProcess, ExitStatus } from "../../src/ports/supervisor.ts";
import type { AppEvent } from "../../src/wire/manager.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface FakeProcess {
  readonly jobId: string;
  readonly pid: number;
  readonly config: AppConfig;
  /** Signals and messages that it was sent. */
  readonly told: string[];
  isAlive: boolean;
  /** Else what it has left behind is being ended. */
  hasMain: boolean;
  readonly ended: PromiseWithResolvers<ExitStatus>;
}

/** How processes behave. A test changes it as it goes on. */
export interface Manners {
  /** ms from the call to the process. */
  spawnMs: () => number;
  /** An error that the spawn fails with; null = it works. */
  spawnError: (config: AppConfig) => string | null;
  /** ms from a signal to the end; null = it does not listen. */
  obeysAfterMs: (process: FakeProcess, signal: string) => number | null;
  /** ms until nothing is left after SIGKILL, and after an end of its own. */
  cleanMs: () => number;
  /** Who cannot be killed. */
  survivors?: () => readonly string[];
}

export class AppWorld {
  readonly clock = new VirtualClock();
  readonly processes = new Map<string, FakeProcess>();
  readonly events: AppEvent[] = [];
  /** Of the state file, by app; instances by id. */
  readonly kept = new Map<string, { spec: AppSpec; instances: Map<number, KeptInstance> }>();
  saved: readonly KeptApp[] | null = null;
  isSameBoot = true;
  /** An error with which a process cannot be taken over; null = it can. */
  adoptError: string | null = null;
  finished = false;
  random = (): number => 0.5;
  manners: Manners = {
    spawnMs: () => 0,
    spawnError: () => null,
    obeysAfterMs: () => 5,
    cleanMs: () => 0,
  };
  /** Who waits for a line, a port or an answer, by what it is. */
  readonly probes: { readonly what: string; readonly resolve: () => void }[] = [];
  /** What keeping fails with. */
  diskError: string | null = null;
  /** What forgetting fails with. */
  forgetError: string | null = null;
  /** Whose log files were emptied or put aside. */
  readonly steeredLogs: LoggedInstance[] = [];
  /** The keys of all that was opened. */
  readonly outputs = new Set<string>();
  /** Says that output reached no log file. */
  lose: (loss: OutputLoss) => void = () => undefined;
  #jobs = 0;

  get alive(): readonly FakeProcess[] {
    return [...this.processes.values()].filter(({ isAlive }) => isAlive);
  }

  of(name: string): readonly FakeProcess[] {
    return this.alive.filter(({ config }) => config.name === name);
  }

  /** It ends by itself. */
  async exit(process: FakeProcess, status: Partial<ExitStatus> = {}): Promise<void> {
    this.#end(process, { code: 1, signal: null, reason: "exited", ...status });
    await this.clock.settle();
  }

  say(process: FakeProcess, message: unknown): Promise<void> {
    process.config.onMessage?.(message);
    return this.clock.settle();
  }

  /** Everything that is probed answers. */
  answer(): Promise<void> {
    for (const { resolve } of this.probes.splice(0)) resolve();
    return this.clock.settle();
  }

  #end(process: FakeProcess, status: Pick<ExitStatus, "code" | "signal" | "reason">): void {
    if (!process.isAlive) return;
    process.hasMain = false;
    void this.clock.sleep(this.manners.cleanMs()).then(() => {
      process.isAlive = false;
      process.ended.resolve({
        tookMs: 0,
        peakMemoryBytes: null,
        cpuMs: null,
        survivors: this.manners.survivors?.() ?? [],
        ...status,
      });
    });
  }

  /** A manager, and its death: from then on it does nothing, and nothing reaches it. */
  manager(): LivingManager {
    const life = new AbortController();
    const gone = new Promise<never>(() => null);
    /** What a dead one would have gone on with never happens. */
    const whileAlive = async <Value>(value: Promise<Value>): Promise<Value> => {
      const found = await value;
      return life.signal.aborted ? gone : found;
    };
    const handle = (process: FakeProcess): AppProcess => ({
      name: process.config.name,
      pid: process.pid,
      root: { pid: process.pid, startTicks: process.pid, exe: "bun" },
      jobId: process.jobId,
      enforcement: { backend: "process-group", memory: "none", whyNot: null, caps: [] },
      signal: (name) => !life.signal.aborted && this.#tell(process, name),
      send: (message) =>
        !life.signal.aborted &&
        process.config.onMessage !== undefined &&
        this.#tell(process, String(message)),
      over: whileAlive(process.ended.promise),
    });
    const find = ({ jobId }: AppProcess): FakeProcess => {
      const process = this.processes.get(jobId);
      if (process === undefined) throw new Error(`no job ${jobId}`);
      return process;
    };
    const { clock } = this;
    const keep = (act: () => void): void => {
      if (life.signal.aborted) return;
      if (this.diskError !== null) throw new Error(this.diskError);
      act();
    };
    const ports: ManagerPorts = {
      clock: {
        wallMs: () => clock.wallMs(),
        monotonicMs: () => clock.monotonicMs(),
        sleep: (ms, signal) => whileAlive(clock.sleep(ms, signal)),
      },
      random: () => this.random(),
      supervisor: {
        spawn: async (config) => {
          const jobId = `job-${++this.#jobs}`;
          await whileAlive(clock.sleep(this.manners.spawnMs()));
          const error = this.manners.spawnError(config);
          if (error !== null) throw new Error(error);
          config.onJob?.(jobId);
          const process = this.#start(jobId, config);
          await whileAlive(clock.sleep(this.manners.spawnMs()));
          return handle(process);
        },
        adopt: async (jobId) => {
          await whileAlive(clock.sleep(0));
          if (this.adoptError !== null) throw new Error(this.adoptError);
          const process = this.processes.get(jobId);
          return process?.isAlive === true ? handle(process) : null;
        },
        wait: (of) => whileAlive(find(of).ended.promise),
        killTree: async (of) => {
          const process = find(of);
          this.#tell(process, "SIGKILL");
          return whileAlive(process.ended.promise);
        },
        getProcessInfo: async (which) => {
          const process = this.alive.find(({ pid, config }) => pid === which || config.name === which);
          if (process === undefined) throw Object.assign(new Error(`${which} is no app`), { code: "ESRCH" });
          const { pid, config } = process;
          return {
            pid,
            app: config.name,
            state: "online",
            memoryBytes: 1,
            cpuMs: 1,
            processes: 1,
            descriptors: process.hasMain ? 3 : null,
            commandLine: [],
            startedMs: 0,
          };
        },
        setResourceLimits: async (of, limits) => {
          find(of).told.push(`limits ${JSON.stringify(limits)}`);
          return of.enforcement;
        },
        events: () => {
          throw new Error("nobody asks");
        },
        [Symbol.asyncDispose]: async () => undefined,
      },
      logs: {
        open: ({ key }) => {
          this.outputs.add(key);
          return { streams: ["ignore", "ignore"], release: () => null };
        },
        resume: () => null,
        drained: () => whileAlive(clock.sleep(0)),
        close: () => whileAlive(clock.sleep(0)),
        closeOthers: async () => undefined,
        lastErrorLines: (key) => [`the last words of ${key.replace(/^[^-]*-/u, "")}`],
        line: (_key, pattern, signal) => this.#probe(`line ${pattern.source}`, signal),
        truncate: (instances) => void this.steeredLogs.push(...instances),
        rotate: (instances) => void this.steeredLogs.push(...instances),
        onLoss: (told) => (this.lose = told),
        [Symbol.asyncDispose]: async () => undefined,
      },
      probes: {
        port: (host, port, _by, signal) => this.#probe(`${host}:${port}`, signal),
        http: (url, _by, signal) => this.#probe(url, signal),
        listensAs: async () => undefined,
        handOver: async () => null,
      },
      state: {
        load: () => ({
          apps: [...this.kept.values()].map(({ spec, instances }) => ({
            spec,
            instances: [...instances.values()],
          })),
          isSameBoot: this.isSameBoot,
        }),
        keepApp: ({ spec, instances }) =>
          keep(() =>
            this.kept.set(keyOf(spec), { spec, instances: new Map(instances.map((one) => [one.id, one])) }),
          ),
        keepInstance: (app, instance) =>
          keep(() => this.kept.get(keyOf(app))?.instances.set(instance.id, instance)) !== null,
        forget: (app) =>
          keep(() => {
            if (this.forgetError !== null) throw new Error(this.forgetError);
            this.kept.delete(keyOf(app));
          }),
        save: async (apps) => {
          this.saved = apps;
          return "/state/dump.json";
        },
        saved: async () => this.saved,
      },
      daemon: {
        launchedBefore: async () => this.#inBooks(),
        strays: () => Promise.resolve([]),
        about: () => ({ pid: 1, version: "test", sinceMs: 0 }),
        publish: (event) => void (life.signal.aborted || this.events.push(event)),
        appsChanged: () => null,
        writePidFile: () => null,
        finish: () => (this.finished = true),
      },
    };
    return { ...createManager(ports), die: () => life.abort() };
  }

  #inBooks(): readonly LaunchedBefore[] {
    return [...this.processes.values()].flatMap(({ jobId, config, isAlive, hasMain }): LaunchedBefore[] => {
      const [directory, name, number, output]: [string, string, number, string] = JSON.parse(
        config.key ?? "",
      );
      const { cwd, command } = config;
      const job = { app: { directory, name }, number, output, jobId, hasMain, sinceMs: 0, command, cwd };
      return isAlive ? [job] : [];
    });
  }

  #start(jobId: string, config: AppConfig): FakeProcess {
    const process = {
      jobId,
      pid: 1_000 + this.processes.size,
      config,
      told: [],
      isAlive: true,
      hasMain: true,
      ended: Promise.withResolvers<ExitStatus>(),
    };
    this.processes.set(jobId, process);
    return process;
  }

  #tell(process: FakeProcess, what: string): boolean {
    if (!process.isAlive) return false;
    process.told.push(what);
    const afterMs = what === "SIGKILL" ? 0 : this.manners.obeysAfterMs(process, what);
    if (afterMs !== null && what !== "SIGUSR2")
      void this.clock
        .sleep(afterMs)
        .then(() =>
          this.#end(process, { code: null, signal: what.startsWith("SIG") ? what : null, reason: "signal" }),
        );
    return true;
  }

  #probe(what: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.probes.push({ what, resolve });
    signal.addEventListener("abort", () => reject(new Error("aborted")));
    return promise;
  }
}

export interface LivingManager extends ReturnType<typeof createManager> {
  readonly die: () => void;
}

export const keyOf = ({ directory, name }: AppIdentity): string => `${directory} ${name}`;

export const appSpec = (name: string, changes: Partial<AppSpec> = {}): AppSpec => ({
  directory: "/project",
  name,
  source: "/project/bunctl.json",
  namespace: "default",
  argv: ["bun", `${name}.ts`],
  script: `/project/${name}.ts`,
  cwd: "/project",
  env: {},
  shellEnv: { PATH: "/bin" },
  shellFilter: { all: false, containing: [], named: [] },
  instances: 1,
  execMode: "fork",
  instanceVariable: "NODE_APP_INSTANCE",
  incrementVariable: null,
  restart: {
    when: "always",
    stopExitCodes: [],
    minUptimeMs: 1_000,
    budget: 4,
    fixedDelayMs: null,
    backoff: { firstMs: 100, capMs: 15_000 },
  },
  limits: { memoryBytes: null, cpuPercent: null, threads: null },
  stop: { signal: "SIGTERM", graceMs: 10_000, byMessage: false, tree: true },
  readiness: { by: "start" },
  dependsOn: [],
  watch: null,
  cron: null,
  logs: {
    out: "/project/logs/out.log",
    err: "/project/logs/err.log",
    combined: null,
    merge: true,
    dateFormat: null,
    maxBytes: 1_000_000,
    daily: false,
    keep: 3,
    keepMs: null,
    compress: false,
  },
  pidFile: null,
  identity: { uid: null, gid: null, umask: null, noNewPrivileges: false, dropCapabilities: [] },
  ...changes,
});
