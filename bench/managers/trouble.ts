/** What a manager does where it matters: a memory limit, what is left of an app, and a reload under load. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../../test/support/proc.ts";
import { until } from "../../test/support/ready.ts";
import type { BenchManager } from "./manager.ts";

const MANAGED = join(import.meta.dir, "../fixtures/managed");
const LIMIT_MB = 200;
const MB = 1_048_576;

export interface Reaction {
  /** From the limit to the last thing it did. */
  readonly reactionMs: number;
  readonly peakMb: number;
}

/** The first one's end: the next one begins small. */
const endAt = (all: readonly (readonly [number, number])[]): number =>
  all.findIndex(([, mb], index) => index > 0 && mb < (all[index - 1]?.[1] ?? 0) / 2);

/** null: it keeps no limit. */
export async function memoryLimit(manager: BenchManager, scratch: string): Promise<Reaction | null> {
  if (!manager.limitsMemory) return null;
  const file = join(scratch, `grows-${manager.name.replaceAll(" ", "-")}`);
  const said = (): readonly (readonly [number, number])[] =>
    existsSync(file)
      ? readFileSync(file, "utf8")
          .split("\n")
          .slice(0, -1)
          .map((line) => {
            const [atMs = NaN, bytes = NaN] = line.split(" ").map(Number);
            return [atMs, bytes / MB] as const;
          })
      : [];
  const script = join(MANAGED, "grows.ts");
  await manager.add({
    name: "grows",
    script,
    args: [file],
    interpreter: "bun",
    memoryMb: LIMIT_MB,
    killTimeoutMs: 500,
  });
  await until(() => endAt(said()) > 0, 60_000, 50);
  await manager.remove("grows");
  const all = said();
  const first = all.slice(0, endAt(all) > 0 ? endAt(all) : undefined);
  const over = first.find(([, mb]) => mb >= LIMIT_MB);
  const last = first.at(-1);
  return {
    reactionMs: over === undefined || last === undefined ? 0 : last[0] - over[0],
    peakMb: Math.max(...first.map(([, mb]) => mb)),
  };
}

export interface Survivors {
  readonly afterStop: number;
  readonly afterRespawn: number;
}

/** Of three that a kill of the main process alone leaves. */
export async function survivors(manager: BenchManager, patienceMs: number): Promise<Survivors> {
  const script = join(MANAGED, "family.sh");
  const family = `family-${manager.name.replaceAll(" ", "-")}`;
  const all = (): readonly number[] => bearers(`BENCH_FAMILY=${family}`);
  await manager.add({ name: "family", script, args: [family], interpreter: "none", killTimeoutMs: 1_000 });
  await until(() => all().length >= 3, 20_000);
  const before = all();
  const [main = 0] = await manager.pids("family");
  process.kill(main, "SIGKILL");
  await until(() => all().filter((pid) => !before.includes(pid)).length >= 3, 30_000);
  // a manager that ends them after the respawn has a moment for it
  await until(() => !all().some((pid) => before.includes(pid)), patienceMs);
  const afterRespawn = all().filter((pid) => before.includes(pid)).length;
  for (const pid of before) endIfThere(pid);
  await manager.stop("family");
  await until(() => all().length === 0, patienceMs);
  const afterStop = all().length;
  await manager.remove("family");
  for (const pid of all()) endIfThere(pid);
  return { afterStop, afterRespawn };
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

function bearers(variable: string): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/u.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(variable)
        ? [Number(name)]
        : [];
    } catch (error) {
      // it has ended, or it is none of ours
      if (hasCode(error, "ENOENT", "ESRCH", "EACCES")) return [];
      throw error;
    }
  });
}

export interface Reload {
  readonly requests: number;
  readonly refused: number;
}

/** null: it has no reload. */
export async function reload(manager: BenchManager, rounds: number): Promise<Reload | null> {
  if (manager.reload === null) return null;
  const port = freePort();
  const script = join(MANAGED, "server.ts");
  await manager.add({ name: "server", script, args: [String(port)], interpreter: "bun", instances: 2 });
  const ask = async (): Promise<boolean> => {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/`, { keepalive: false });
      await answer.text();
      return answer.ok;
    } catch (error) {
      // refused, or cut off: what is counted
      if (error instanceof Error) return false;
      throw error;
    }
  };
  for (let answered = 0; answered < 20;) answered = (await ask()) ? answered + 1 : 0;
  const load = { isOn: true, requests: 0, refused: 0 };
  const lanes = Array.from({ length: 4 }, async () => {
    while (load.isOn) {
      load.requests += 1;
      if (!(await ask())) load.refused += 1;
    }
  });
  for (let round = 0; round < rounds; round++) await manager.reload("server");
  load.isOn = false;
  await Promise.all(lanes);
  await manager.remove("server");
  return { requests: load.requests, refused: load.refused };
}

function freePort(): number {
  const server = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port = 0 } = server;
  void server.stop(true);
  return port;
}
