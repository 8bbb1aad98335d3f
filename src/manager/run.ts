/**
 * One process of an instance, from its start to the moment at which nothing of it is left. It knows nothing of restarts: it
 * tells what happens to it, each once, in this order: started, ready or late, over.
 */
import type { ExitReason } from "../core/app/app-state.ts";
import type { AppConfig, AppProcess, ExitStatus } from "../ports/supervisor.ts";
import { messageOf } from "../text/system-error.ts";
import { appConfig, takesMessages, loggedOf, type RunPlace } from "./app-config.ts";
import { Gate } from "./readiness.ts";
import type { RunHooks, RunPorts } from "./run-hooks.ts";

type Ended = Pick<ExitStatus, "code" | "signal"> & {
  readonly reason: ExitReason;
  readonly cause?: string;
  readonly survivors?: readonly string[];
};

const UNKNOWN: Ended = { reason: "unknown", code: null, signal: null };
/** Between two attempts to take over a process. */
const [INSIST_MS, MOST_INSIST_MS] = [1_000, 60_000];

export class AppRun {
  jobId: string | null = null;
  handle: AppProcess | null = null;
  /** Unix epoch ms. */
  startedMs: number;
  isReady = false;
  isOver = false;
  isAdopted = false;
  /** The last reading; it gives the use of CPU since then. */
  cpu: { readonly atMs: number; readonly ms: number } | null = null;
  /** The start on the clock that never jumps. */
  #sinceMs: number;
  /** The reason why it is being ended, if that is its own fault. */
  #fault: string | null = null;
  #ending: Promise<void> | null = null;
  #gate: Gate | null = null;
  readonly #obtained = Promise.withResolvers<void>();
  readonly #tried = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();

  constructor(
    private readonly ports: RunPorts,
    readonly place: RunPlace,
    private readonly hooks: RunHooks<AppRun>,
  ) {
    this.startedMs = ports.clock.wallMs();
    this.#sinceMs = ports.clock.monotonicMs();
  }

  /** Resolves once it is known whether there is a process. */
  get obtained(): Promise<void> {
    return this.#obtained.promise;
  }

  /** Resolves as well where it could not be told at the first attempt: more are made, and nobody waits for them. */
  get tried(): Promise<void> {
    return Promise.race([this.obtained, this.#tried.promise]);
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** `after`: the process that it takes the place of. */
  start(after: AppProcess | null = null): void {
    void this.#live(async () => {
      const { logs, supervisor } = this.ports;
      const { key, spec } = this.place;
      const output = logs.open(loggedOf(this.place));
      try {
        if (spec.readiness.by !== "start") this.#gate = new Gate(spec.readiness, key, this.ports);
        const config = this.#config(output.streams);
        return await supervisor.spawn(after === null ? config : { ...config, after });
      } finally {
        output.release();
      }
    });
  }

  /** Takes over one that a dead manager has started. `isReady`: it was. */
  adopt(jobId: string, startedMs: number | null, isReady: boolean): void {
    this.jobId = jobId;
    this.isAdopted = true;
    if (startedMs !== null) {
      this.#sinceMs -= Math.max(0, this.startedMs - startedMs);
      this.startedMs = startedMs;
    }
    const { readiness } = this.place.spec;
    // a message or a line by which it said that it is ready went to a manager that is dead
    const canBeAsked = readiness.by === "port" || readiness.by === "http";
    if (!isReady && canBeAsked) this.#gate = new Gate(readiness, this.place.key, this.ports);
    void this.#live(() => this.#insist(jobId));
  }

  /** Asks it to end, and kills all of it after its grace. Resolves when nothing is left. */
  end(reason: string): Promise<void> {
    this.#ending ??= this.#end(reason);
    return this.#ending;
  }

  /** Ends it as a failure. */
  fail(cause: string): void {
    this.#fault ??= cause;
    void this.end(cause);
  }

  /** Nothing is waited for any more, and nothing is done to it. */
  leave(): void {
    this.#gate?.close();
  }

  async #live(obtain: () => Promise<AppProcess | null>): Promise<void> {
    try {
      this.handle = await obtain();
    } catch (error) {
      this.#finish({ reason: "spawn-failed", code: null, signal: null, cause: messageOf(error) });
      return;
    }
    if (this.handle === null) {
      this.#finish(UNKNOWN);
      return;
    }
    const { over } = this.handle;
    this.jobId = this.handle.jobId;
    this.hooks.onStarted(this);
    this.#obtained.resolve();
    void this.#pass(this.handle);
    this.#finish(await over);
  }

  #finish({ reason, code, signal, cause, survivors = [] }: Ended): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#gate?.close();
    const end = {
      reason: this.#reason(reason),
      code,
      signal,
      upMs: this.handle === null ? 0 : this.ports.clock.monotonicMs() - this.#sinceMs,
      cause: this.#fault ?? cause ?? null,
      survivors,
    };
    this.#obtained.resolve();
    this.hooks.onOver(this, end);
    this.#over.resolve();
  }

  #reason(reason: ExitReason): ExitReason {
    if (reason === "spawn-failed") return reason;
    if (this.#fault !== null) return "not-ready";
    return this.isEnding ? "stopped" : reason;
  }

  /**
   * If an adoption fails, nobody knows whether the job is alive: it is not given up, and not started a second
   * time.
   */
  async #insist(jobId: string): Promise<AppProcess | null> {
    const { supervisor, clock, leaving } = this.ports;
    for (let waitMs = INSIST_MS; ; waitMs = Math.min(MOST_INSIST_MS, waitMs * 2)) {
      try {
        return await supervisor.adopt(jobId, this.#config(["ignore", "ignore"]));
      } catch (error) {
        this.#tried.resolve();
        if (waitMs === INSIST_MS) this.hooks.onTrouble(`cannot be taken over yet: ${messageOf(error)}`);
        await clock.sleep(waitMs, leaving);
        if (leaving.aborted) throw error;
      }
    }
  }

  async #pass(handle: AppProcess): Promise<void> {
    // nobody ever saw its main process: what there is of it is ended
    if (this.isEnding || this.isOver || handle.pid === 0) return;
    const late = await (this.#gate?.pass(handle) ?? null);
    if (this.isEnding || this.isOver) return;
    if (late !== null) {
      this.hooks.onLate(this, late);
      return;
    }
    this.isReady = true;
    this.hooks.onReady(this);
  }

  async #end(reason: string): Promise<void> {
    this.#gate?.close();
    await this.obtained;
    const { handle } = this;
    if (this.isOver || handle === null) return;
    const { stop } = this.place.spec;
    const { clock, leaving } = this.ports;
    if (!(stop.byMessage && handle.send("shutdown"))) handle.signal(stop.signal);
    const grace = new AbortController();
    const giveUp = (): void => grace.abort();
    leaving.addEventListener("abort", giveUp, { once: true });
    await Promise.race([this.over, clock.sleep(stop.graceMs, grace.signal)]);
    leaving.removeEventListener("abort", giveUp);
    grace.abort();
    if (this.isOver || leaving.aborted) return;
    if (stop.tree) {
      const status = await this.#kill(handle, reason);
      if (status !== null) this.#finish(status);
    } else handle.signal("SIGKILL");
    await this.over;
  }

  async #kill(handle: AppProcess, reason: string): Promise<ExitStatus | null> {
    try {
      return await this.ports.supervisor.killTree(handle, { graceMs: 0, reason });
    } catch (error) {
      this.hooks.onTrouble(`cannot be killed: ${messageOf(error)}`);
      return null;
    }
  }

  #config([out, err]: readonly [number | "ignore", number | "ignore"]): AppConfig {
    return {
      ...appConfig(this.place),
      streams: ["ignore", out, err],
      onJob: (jobId) => {
        this.jobId = jobId;
        this.hooks.onJob(this);
      },
      ...(takesMessages(this.place.spec)
        ? { onMessage: (message: unknown) => this.#gate?.onMessage(message) }
        : {}),
    };
  }
}
