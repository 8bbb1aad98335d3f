/** A manager of apps as a process of its own, with a home of its own, that a test may kill. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { AppSpec } from "../../src/core/app/app-spec.ts";
import { findService } from "../../src/host/sockets.ts";
import type { RunningService } from "../../src/wire/client.ts";
import { MANAGER, MANAGER_NAME, type InstanceDocument, type Selection } from "../../src/wire/manager.ts";
import { appSpec } from "./app-world.ts";

const BUNCTL = resolve(import.meta.dir, "../../scripts/bunctl.ts");
const SERVED = resolve(import.meta.dir, "../fixtures/apps/served.ts");

export class ManagerHome implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), "bunctl-home-"));
  #child: Bun.Subprocess | null = null;

  constructor() {
    for (const [name, value] of Object.entries(this.#places)) {
      mkdirSync(value, { recursive: true, mode: 0o700 });
      process.env[name] = value;
    }
  }

  /** Where the services of this home are found. */
  get #places(): Record<string, string> {
    return {
      HOME: join(this.directory, "home"),
      XDG_RUNTIME_DIR: join(this.directory, "run"),
      XDG_STATE_HOME: join(this.directory, "state"),
    };
  }

  /** Starts one, and resolves once it answers. */
  async start(
    command: readonly string[] = [process.execPath, BUNCTL, "daemon", "run"],
  ): Promise<RunningService<typeof MANAGER>> {
    const child = Bun.spawn([...command], {
      env: { ...process.env, ...this.#places },
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.#child = child;
    for (;;) {
      const running = await findService(MANAGER, MANAGER_NAME);
      if (running?.about.pid === child.pid) return running;
      if (child.exitCode !== null)
        throw new Error(`the manager ended with code ${child.exitCode}: ${this.log}`);
      await Bun.sleep(10);
    }
  }

  /** Its apps run on. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.exited;
  }

  /** Where it keeps what outlives it. */
  get kept(): string {
    return join(this.#places["XDG_STATE_HOME"] ?? "", "bun-watchdog/bunctl");
  }

  /** What it has said. */
  get log(): string {
    return readFileSync(join(this.kept, "daemon.log"), "utf8");
  }

  selecting(...words: string[]): Selection {
    return { words, directory: this.directory };
  }

  spec(name: string, changes: Partial<AppSpec> = {}): AppSpec {
    const logs = {
      out: join(this.directory, `${name}-out.log`),
      err: join(this.directory, `${name}-err.log`),
    };
    return appSpec(name, {
      directory: this.directory,
      cwd: this.directory,
      source: null,
      argv: [process.execPath, SERVED],
      script: SERVED,
      shellEnv: { PATH: process.env["PATH"] ?? "" },
      shellFilter: { all: false, containing: [], named: [] },
      logs: { ...appSpec(name).logs, ...logs },
      ...changes,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = (await findService(MANAGER, MANAGER_NAME)) ?? (await this.start());
    await running.kill();
    await this.#child?.exited;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function instancesOf(
  manager: RunningService<typeof MANAGER>,
): Promise<readonly InstanceDocument[]> {
  return (await manager.apps(null)).apps.flatMap(({ instances }) => instances);
}

/** Resolves with the instances as soon as they are so. `limitMs` only bounds a test that fails. */
export async function instancesUntil(
  manager: RunningService<typeof MANAGER>,
  isSo: (instances: readonly InstanceDocument[]) => boolean,
  limitMs = 30_000,
): Promise<readonly InstanceDocument[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const instances = await instancesOf(manager);
    if (isSo(instances)) return instances;
    if (performance.now() > deadline) throw new Error(`not so: ${JSON.stringify(instances)}`);
    await Bun.sleep(20);
  }
}
