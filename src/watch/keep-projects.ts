/** A monitor keeps the limits of every project it meets: of those whose jobs it sees, and of those it is told of. */
import { loadConfig, type Loaded, type LoadOptions } from "../config/load.ts";
import { ConfigError } from "../config/schema/problem.ts";
import type { Projects } from "../config/files/projects.ts";
import { whyNotGoverning } from "../config/files/trust.ts";
import type { EventBody } from "../core/plan/event.ts";
import type { Mode } from "../core/judge/policy.ts";
import type { KeepReport, KeepRequest } from "../wire/reports.ts";
import type { TickResult } from "../monitor/tick.ts";
import type { Watcher } from "../monitor/watcher.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import { onlyObserves, openProjects, placesOf } from "../host/projects.ts";

interface KeepOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  /** The configuration that this monitor runs under, as it stands. */
  readonly current: () => Loaded;
  readonly watcher: Watcher;
  readonly wake: () => void;
}

export class KeptProjects implements Disposable {
  readonly #options: KeepOptions;
  readonly #projects: Projects;

  constructor(loaded: Loaded, options: KeepOptions) {
    this.#options = options;
    this.#projects = openProjects(loaded, {
      watch: true,
      onChange: () => {
        this.apply();
        options.wake();
      },
      onProblem: (path, problem) => this.#write({ type: "config-rejected", path, problem }),
    });
  }

  /** Brings the watch under what is known now. */
  apply(): void {
    this.#options.watcher.policy = this.#projects.over(this.#options.current().policy);
  }

  /** Within a tick: who works in a place that is not known yet is judged by its file from the next one on. */
  onLook({ snapshot }: TickResult): void {
    if (this.#options.watcher.policy.governance === undefined) return;
    const unknown = this.#projects.unknown(placesOf(snapshot.processes.values()));
    if (unknown.length > 0) void this.#learn(unknown);
  }

  /** Before the first tick, which may stop somebody. */
  async begin(): Promise<void> {
    const { watcher } = this.#options;
    const { processes } = watcher.ports.sampler.sample();
    await this.#learn(this.#projects.unknown(placesOf(processes.values())));
  }

  async keep({ cwd, file, mode, reprieve }: KeepRequest): Promise<KeepReport> {
    const { options, policy } = this.#options.current();
    if (policy.governance === undefined) return refused("it keeps one configuration for the whole machine");
    let told: Loaded;
    try {
      told = await loadConfig({
        ...options,
        cwd,
        env: {},
        flags: this.#flags(mode),
        file: file ?? undefined,
      });
    } catch (error) {
      if (error instanceof ConfigError) return refused(error.message);
      throw error;
    }
    const root = told.policy.projectRoot;
    const project = told.policy.governance?.projects.find((each) => each.root === root);
    if (project === undefined)
      return refused(
        `${root} is no project: it has no configuration file, no package.json and no repository`,
      );
    const why = project.config === null ? null : whyNotGoverning(project.config, options.uid);
    if (why !== null) return refused(`${project.config} governs nobody: it ${why}`);
    await this.#projects.keep(told, reprieve ? this.#options.clock.monotonicMs() : null);
    return { result: "kept", root, policy: project.policy };
  }

  /** A watch that stops nobody does not begin to for the sake of one project. */
  #flags(mode: Mode | null): NonNullable<LoadOptions["flags"]> {
    const wish = onlyObserves(this.#options.current()) ? "observe" : mode;
    return wish === null ? {} : { mode: wish };
  }

  async #learn(directories: readonly string[]): Promise<void> {
    try {
      await this.#projects.learn(directories);
    } catch (error) {
      this.#write({ type: "trouble", what: `the projects of what runs could not be told: ${String(error)}` });
    }
  }

  #write(event: EventBody): void {
    this.#options.journal.write({ atMs: this.#options.clock.wallMs(), ...event });
  }

  [Symbol.dispose](): void {
    this.#projects[Symbol.dispose]();
  }
}

const refused = (because: string): KeepReport => ({ result: "refused", because });
