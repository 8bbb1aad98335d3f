/** Ways to start a Bun, with our gate and with others, for the measurements of the gate. */
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { repository, type Project } from "../../test/support/launch.ts";

export const bun = process.execPath;
const NAIVE = join(repository, "test/fixtures/gate/naive.ts");
export const SLOTS = "3";

export interface Way {
  readonly name: string;
  /** In front of what Bun gets. */
  readonly argv: readonly string[];
}

/** As npm puts it into a project, without sources. Resolves to its folder. */
export function install(into: string): string {
  const modules = join(into, "node_modules");
  const to = join(modules, "bun-watchdog");
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(join(repository, "node_modules")))
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  for (const part of ["bin", "dist", "config", "package.json"])
    cpSync(join(repository, part), join(to, part), { recursive: true, preserveTimestamps: true });
  return to;
}

export const BARE: Way = { name: "bare bun", argv: [bun] };

export interface Place {
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
}

/** At home: root takes no other HOME's word, and to look up passwd(5) is no part of a usual start. */
export const placeIn = ({ directory: cwd, env }: Project): Place => ({
  cwd,
  env: {
    ...process.env,
    ...env,
    HOME: process.env["HOME"],
    // our scripts' first lines find Bun there, as they do below npm
    PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"]}`,
  },
});

export const TIMEOUT: Way = { name: "timeout 600", argv: ["timeout", "600", bun] };
export const NAIVE_GATE: Way = { name: "naive gate", argv: [bun, NAIVE, SLOTS, "naive-bench-job"] };

export const installed = (into: string): Way => ({
  name: "bun-wrapper, installed",
  argv: [join(install(into), "bin/bun-wrapper")],
});

export const limited = ({ argv }: Way): Way => ({
  name: "the same with --memory 1G --cpu 80",
  argv: [...argv, "--memory", "1G", "--cpu", "80"],
});

/** Limits that are kept by looking have rows of their own. */
export const UNLIMITED = { maxMemoryUsageMB: null, maxCpuUsagePercent: null } as const;

export interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function start({ name, argv }: Way, place: Place): Promise<Start> {
  const startedMs = performance.now();
  const child = Bun.spawn([...argv, "-e", "1"], { ...place, stdio: ["ignore", "ignore", "pipe"] });
  const code = await child.exited;
  const wallMs = performance.now() - startedMs;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${await child.stderr.text()}`);
  return { wallMs, cpuMs: Number(child.resourceUsage()?.cpuTime.total ?? NaN) / 1_000 };
}
