/** The two monitors side by side: the real service script, and the naive loop, under the same limits. */
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ConfigFile, type Project, repository, scratchProject } from "../../test/support/launch.ts";
import { until } from "../../test/support/ready.ts";

export type Side = "ours" | "naive";

export interface Monitor extends AsyncDisposable {
  readonly side: Side;
  readonly pid: number;
  readonly project: Project;
  /** What it printed so far: our events, or the naive version's kills, as JSON lines. */
  lines(): readonly string[];
  stop(): Promise<void>;
}

const service = join(repository, "scripts/bun-monitor-service.ts");
const naive = join(repository, "bench/naive.ts");

/** The naive version is told whom to leave alone; ours knows its ancestors and its own kind. */
const argv = (side: Side, config: string, leaveAlone: readonly number[]): readonly string[] =>
  side === "ours"
    ? [process.execPath, service, "--yes", "--json"]
    : [process.execPath, naive, "monitor", config, ...[process.pid, ...leaveAlone].map(String)];

/** Starts a monitor in a project of its own with this configuration; resolves when it runs its loop. */
export async function startMonitor(
  side: Side,
  config: ConfigFile,
  leaveAlone: readonly number[] = [],
): Promise<Monitor> {
  const project = scratchProject(config);
  const output = join(project.directory, "output.txt");
  const fd = openSync(output, "a", 0o600);
  const child = Bun.spawn(
    [...argv(side, join(project.directory, ".kiro/bun-process-config.json"), leaveAlone)],
    {
      cwd: project.directory,
      env: { ...process.env, ...project.env },
      stdin: "ignore",
      stdout: fd,
      stderr: fd,
    },
  );
  closeSync(fd);
  const text = (): string => (existsSync(output) ? readFileSync(output, "utf8") : "");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await child.exited;
    clearTimeout(killer);
  };
  const isUp = (): boolean => side === "naive" || project.events().some((event) => event.type === "started");
  if (!(await until(() => isUp() || child.exitCode !== null, 30_000)) || child.exitCode !== null) {
    child.kill("SIGKILL");
    const said = text();
    project[Symbol.dispose]();
    throw new Error(`the ${side} monitor did not start: ${said}`);
  }
  return {
    side,
    pid: child.pid,
    project,
    lines: () => text().split("\n").slice(0, -1),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      project[Symbol.dispose]();
    },
  };
}
