/** bunctl as a person uses it: a folder with a config file, commands, and what the machine then shows. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findService } from "../../src/host/sockets.ts";
import { MANAGER, MANAGER_NAME, type AppsDocument, type InstanceDocument } from "../../src/wire/manager.ts";
import type { RunningService } from "../../src/wire/client.ts";
import { repository, runProgram, scratchProject, type CliResult, type Project } from "./launch.ts";
import { requireNamespace } from "./namespace.ts";
import { allPids, hasCode, readStat } from "./proc.ts";
import { until } from "./ready.ts";

export type Running = RunningService<typeof MANAGER>;
export interface AppFile extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

export interface ManagedFolder extends AsyncDisposable {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ecosystem.config.json of these apps. Each process of them can be found by its environment (`living`). */
  readonly declare: (...apps: readonly AppFile[]) => void;
  /** A program of the folder; its path. */
  readonly program: (name: string, text: string) => string;
  /** An app that is a shell script. */
  readonly shell: (name: string, script: string, more?: Readonly<Record<string, unknown>>) => AppFile;
  readonly bunctl: (...args: readonly string[]) => Promise<CliResult>;
  /** @throws where it does not end with 0 */
  readonly ok: (...args: readonly string[]) => Promise<CliResult>;
  /** The running one. @throws where none runs */
  readonly manager: () => Promise<Running>;
  readonly apps: () => Promise<AppsDocument>;
  /** The instances of an app, or its only one. */
  readonly instances: (name: string) => Promise<readonly InstanceDocument[]>;
  readonly instance: (name: string) => Promise<InstanceDocument>;
  /** Waits until the only instance of an app is as wanted. @throws what it was instead */
  readonly when: (name: string, isSo: (one: InstanceDocument) => boolean) => Promise<InstanceDocument>;
  /** SIGKILL to the manager; resolves when it is dead. False: none runs. */
  readonly killManager: () => Promise<boolean>;
  /** Pids of an app, of all where none is named, as /proc has them: the manager is not asked. */
  readonly living: (name?: string) => readonly number[];
  readonly text: (file: string) => string;
  readonly log: (app: string, stream?: "out" | "err") => string;
}

export const BUNCTL = join(repository, "scripts/bunctl.ts");
const PATIENCE_MS = 50_000;
const TAG = "BUNCTL_TEST_APP";

export const manager = async (): Promise<Running> => {
  const running = await findService(MANAGER, MANAGER_NAME);
  if (running === null) throw new Error("no manager runs");
  return running;
};

/** `given` is its maker's to dispose. */
export function managedFolder(given?: Project): ManagedFolder {
  requireNamespace();
  const project = given ?? scratchProject(null);
  const { directory } = project;
  const env = {
    ...process.env,
    ...project.env,
    PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"]}`,
  };
  const at = (name: string): string => join(directory, name);
  const program = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    chmodSync(at(name), 0o755);
    return at(name);
  };
  const bunctl = (...args: readonly string[]): Promise<CliResult> =>
    runProgram([process.execPath, BUNCTL, ...args], { cwd: directory, env });
  const ok = async (...args: readonly string[]): Promise<CliResult> => {
    const result = await bunctl(...args);
    if (result.exitCode === 0) return result;
    throw new Error(
      `bunctl ${args.join(" ")} ended with ${result.exitCode}\n${result.stdout}${result.stderr}`,
    );
  };
  const apps = async (): Promise<AppsDocument> => (await manager()).apps(null);
  const instances = async (name: string): Promise<readonly InstanceDocument[]> =>
    (await apps()).apps.filter(({ spec }) => spec.name === name).flatMap((app) => app.instances);
  const instance = async (name: string): Promise<InstanceDocument> => {
    const [one, ...others] = await instances(name);
    if (one === undefined || others.length > 0)
      throw new Error(`${name} has ${others.length + 1} instances, or none`);
    return one;
  };
  return {
    directory,
    env,
    declare: (...declared) =>
      writeFileSync(
        at("ecosystem.config.json"),
        JSON.stringify({
          apps: declared.map(withTag),
        }),
      ),
    program,
    shell: (name, script, more = {}) => ({
      name,
      command: `/bin/sh ${program(`${name}.sh`, script)}`,
      ...more,
    }),
    bunctl,
    ok,
    manager,
    apps,
    instances,
    instance,
    when: async (name, isSo) => {
      const endMs = performance.now() + PATIENCE_MS;
      for (;;) {
        const one = await instance(name);
        if (isSo(one)) return one;
        if (performance.now() > endMs) throw new Error(`${name} is never so: ${JSON.stringify(one)}`);
        await Bun.sleep(20);
      }
    },
    killManager: async () => {
      const running = await findService(MANAGER, MANAGER_NAME);
      if (running === null) return false;
      const { pid } = running.about;
      process.kill(pid, "SIGKILL");
      if (!(await until(() => isGone(pid), PATIENCE_MS, 2)))
        throw new Error(`the manager (pid ${pid}) is not dead`);
      return true;
    },
    living: (name) => tagged(TAG, name),
    text: (file) => readFileSync(at(file), "utf8"),
    log: (app, stream = "out") => textAt(at(`logs/${app}-${stream}.log`)),
    [Symbol.asyncDispose]: async () => {
      const running = await findService(MANAGER, MANAGER_NAME);
      if (running !== null) {
        const left = await bunctl("kill");
        if (left.exitCode !== 0) process.kill(running.about.pid, "SIGKILL");
        await until(() => isGone(running.about.pid), PATIENCE_MS);
      }
      for (const pid of tagged(TAG)) if (!isGone(pid)) process.kill(pid, "SIGKILL");
      if (given === undefined) project[Symbol.dispose]();
    },
  };
}

const withTag = (app: AppFile): AppFile => {
  const { env } = app;
  return { ...app, env: { ...(typeof env === "object" ? env : {}), [TAG]: app.name } };
};

export const isGone = (pid: number): boolean => {
  const stat = readStat(pid);
  return stat === null || stat.state === "Z" || stat.state === "X";
};

/** Who has this variable in its environment, with this value or any. */
export const tagged = (variable: string, value?: string): readonly number[] =>
  allPids().filter((pid) => {
    if (isGone(pid)) return false;
    const wanted = value === undefined ? `${variable}=` : `${variable}=${value}`;
    return environment(pid).some((entry) =>
      value === undefined ? entry.startsWith(wanted) : entry === wanted,
    );
  });

const GONE = ["ENOENT", "ESRCH"] as const;

function environment(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch (error) {
    if (hasCode(error, ...GONE)) return [];
    throw error;
  }
}

function textAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "";
    throw error;
  }
}

export const linesOf = (text: string): readonly string[] => text.split("\n").filter(Boolean);
