/** The two that go through the table: ours through its CLI, and the naive version. */
import { join } from "node:path";
import { repository, runCli, startMonitor, type Project } from "../support/launch.ts";
import { INTERVAL_MS } from "./scale.ts";
import { toldByNaive, toldByOurs, type Told } from "./told.ts";

export type ProductName = "ours" | "naive";

export interface Running extends AsyncDisposable {
  /** Ends it and lets what it has begun settle. */
  stop(): Promise<string | null>;
}

export interface Product {
  readonly told: Told;
  /** Watches from now on. */
  monitor(): Promise<Running>;
  /** Resolves once its monitor has looked at what stands now. */
  looked(): Promise<void>;
  /** One clean-up; resolves to what was wrong with it as a command, null when nothing was. */
  cleanup(): Promise<string | null>;
}

export const openProduct = (name: ProductName, project: Project): Product =>
  name === "ours" ? ours(project) : naive(project);

const ours = (project: Project): Product => ({
  told: toldByOurs(project),
  monitor: async () => {
    const monitor = await startMonitor(project, ["--yes"]);
    return {
      stop: async () => {
        const code = await monitor.stop();
        return code === 0 ? null : `the monitor ended with ${code}: ${monitor.output()}`;
      },
      [Symbol.asyncDispose]: () => monitor[Symbol.asyncDispose](),
    };
  },
  looked: async () => {
    const { stdout, stderr } = await runCli(["status", "--json"], project);
    if (!/"monitor": ?\d/.test(stdout)) throw new Error(`no monitor has looked: ${stdout}${stderr}`);
  },
  cleanup: async () => {
    const { exitCode, stdout, stderr } = await runCli(["cleanup", "--json"], project);
    const survivors = /"survivors":(\d+)/.exec(stdout)?.[1];
    if (survivors === undefined) return `cleanup printed no JSON (exit ${exitCode}): ${stdout}${stderr}`;
    const expected = survivors === "0" ? 0 : 1;
    return exitCode === expected ? null : `cleanup: exit ${exitCode} with ${survivors} survivors`;
  },
});

/** It would kill the harness as well, a Bun process like any other: that one alone it is told to leave. */
const naive = (project: Project): Product => {
  const output = join(project.directory, "naive-output.txt");
  const start = (command: string): Bun.Subprocess =>
    Bun.spawn(
      [
        process.execPath,
        join(repository, "bench/naive.ts"),
        command,
        join(project.directory, ".kiro/bun-process-config.json"),
        String(process.pid),
      ],
      {
        cwd: project.directory,
        stdin: "ignore",
        stdout: Bun.file(output),
        stderr: Bun.file(`${output}.err`),
      },
    );
  return {
    told: toldByNaive(output),
    monitor: () => {
      const child = start("monitor");
      const stop = async (): Promise<null> => {
        child.kill("SIGKILL");
        await child.exited;
        return null;
      };
      return Promise.resolve({ stop, [Symbol.asyncDispose]: async () => void (await stop()) });
    },
    // it says nothing of its looks
    looked: () => Bun.sleep(3 * INTERVAL_MS),
    cleanup: async () => {
      const code = await start("cleanup").exited;
      return code === 0
        ? null
        : `naive cleanup ended with ${code}: ${await Bun.file(`${output}.err`).text()}`;
    },
  };
};
