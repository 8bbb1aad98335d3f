/** `bunctl` or PM2, as a person has it: one command, `pm`, in a folder and a home of its own. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isRecord } from "../../src/text/json.ts";
import { packagesBin, packagesDirectory } from "../street/packages.ts";
import { repository, runProgram, type CliResult } from "./launch.ts";
import { requireNamespace } from "./namespace.ts";

export type Brand = "bunctl" | "pm2";

const PROGRAMS: Readonly<Record<Brand, string>> = {
  bunctl: `exec bun "${join(repository, "scripts/bunctl.ts")}" "$@"`,
  pm2: `exec "${join(packagesBin, "pm2")}" "$@"`,
};

const PM2_VERSION = "7.0.4";

/** Why PM2 cannot be run here; null when it can. */
export function pm2Missing(): string | null {
  if (Bun.which("node") === null) return "needs node, for PM2";
  const described = join(packagesDirectory, "pm2/package.json");
  const installed: unknown = existsSync(described) ? JSON.parse(readFileSync(described, "utf8")) : null;
  return isRecord(installed) && installed["version"] === PM2_VERSION
    ? null
    : `needs PM2 ${PM2_VERSION}: npm run test:deps`;
}

export interface ProcessManager extends AsyncDisposable {
  readonly brand: Brand;
  /** All that it has lies below. */
  readonly root: string;
  /** Where its commands are given. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line for the shell, in which `pm` is this manager. */
  readonly shell: (line: string) => Promise<CliResult>;
}

/** What is in `files` lies in its directory. Disposed: its apps and its daemon are ended. */
export function processManager(brand: Brand, files: string | null = null): ProcessManager {
  requireNamespace();
  const root = realpathSync(mkdtempSync(join(tmpdir(), `bwt-${brand}-`)));
  const at = (name: string): string => join(root, name);
  for (const name of ["bin", "run", "home", "apps"]) mkdirSync(at(name), { mode: 0o700 });
  writeFileSync(at("bin/pm"), `#!/bin/sh\n${PROGRAMS[brand]}\n`);
  chmodSync(at("bin/pm"), 0o755);
  if (files !== null) cpSync(files, at("apps"), { recursive: true });
  const env = {
    ...withoutManagers(process.env),
    HOME: at("home"),
    PM2_HOME: at("home/.pm2"),
    XDG_RUNTIME_DIR: at("run"),
    XDG_STATE_HOME: at("home/state"),
    XDG_CONFIG_HOME: at("home/config"),
    PM2_DISABLE_VERSION_CHECK: "true",
    NO_COLOR: "1",
    PATH: [at("bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
  };
  const shell = (line: string): Promise<CliResult> =>
    runProgram(["sh", "-c", line], { cwd: at("apps"), env });
  return {
    brand,
    root,
    directory: at("apps"),
    env,
    shell,
    [Symbol.asyncDispose]: async () => {
      await shell("pm kill");
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Who runs this test under one of them is no app of ours. */
const withoutManagers = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:PM2_|pm_|BUN_WATCHDOG_)/u.test(name)));

/** An entry of `jlist`. */
export interface ListedProcess {
  readonly name: string;
  readonly pid: number;
  readonly pm_id: number;
  readonly monit: { readonly memory: number; readonly cpu: number };
  readonly pm2_env: Readonly<Record<string, unknown>> & { readonly status: string };
}

/** @throws where `jlist` prints anything else */
export async function listed(manager: ProcessManager): Promise<readonly ListedProcess[]> {
  const { stdout, stderr } = await manager.shell("pm jlist");
  // PM2 says first that it has started its daemon
  const line = stdout.split("\n").find((each) => each.startsWith("["));
  if (line === undefined) throw new Error(`jlist printed no list: ${stdout}${stderr}`);
  return JSON.parse(line);
}
