/** A server hands over to the next one on its port: the kernel's part, with real processes and connections. */
import { expect } from "bun:test";
import { resolve } from "node:path";
import { processId } from "../../src/os/linux/proc/process-id.ts";
import { directTo, hasWaiting } from "../../src/os/linux/traffic/hand-over.ts";
import { linux, needs } from "../support/skip.ts";

const here = needs(linux);

const SERVER = resolve(import.meta.dir, "../../bench/fixtures/managed/server.ts");
const QUESTIONS = 60;

function freePort(): number {
  const server = Bun.serve({ port: 0, reusePort: true, fetch: () => new Response() });
  const { port = 0 } = server;
  void server.stop(true);
  return port;
}

async function answers(port: number): Promise<ReadonlySet<number>> {
  const asked = Array.from({ length: QUESTIONS }, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { keepalive: false });
    return Number(await response.text());
  });
  return new Set(await Promise.all(asked));
}

/** The kernel deals them out at random: asked until the process is among those that answer. */
async function isServing(pid: number, port: number): Promise<void> {
  for (;;) if ((await answers(port).catch(() => new Set<number>())).has(pid)) return;
}

const identity = (pid: number): NonNullable<ReturnType<typeof processId>> => {
  const id = processId(pid);
  if (id === null) throw new Error(`pid ${pid} is not there`);
  return id;
};

here(
  "all connections go to the newest socket of a port until that is taken back, and none is lost",
  async () => {
    const port = freePort();
    const serve = (): Bun.Subprocess =>
      Bun.spawn([process.execPath, SERVER, String(port)], { stdio: ["ignore", "ignore", "inherit"] });
    const old = serve();
    await isServing(old.pid, port);
    const other = serve();
    await isServing(other.pid, port);
    const next = serve();
    await isServing(next.pid, port);
    const directed = directTo(identity(next.pid));
    expect([...(await answers(port))]).toEqual([next.pid]);
    expect(hasWaiting(identity(old.pid))).toBe(false);
    old.kill("SIGTERM");
    expect(await old.exited).toBe(0);
    directed?.[Symbol.dispose]();
    await isServing(other.pid, port);
    await isServing(next.pid, port);
    for (const server of [other, next]) {
      server.kill("SIGKILL");
      await server.exited;
    }
  },
);

here("a process that shares no port is left alone", async () => {
  const child = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });
  expect(directTo(identity(child.pid))).toBeNull();
  expect(hasWaiting(identity(child.pid))).toBe(false);
  child.kill("SIGKILL");
  await child.exited;
  expect(directTo({ pid: child.pid, startTicks: 1, exe: null })).toBeNull();
});
