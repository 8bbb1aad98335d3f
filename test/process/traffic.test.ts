/** Who talks over its sockets is told from who only has them: with real processes and real connections. */
import { describe, expect } from "bun:test";
import { resolve } from "node:path";
import type { Motion } from "../../src/core/judge/history.ts";
import type { ProcessSample, Traffic } from "../../src/core/process/process.ts";
import { exchangeBetween } from "../../src/core/judge/traffic.ts";
import { newSampler, scratch, startChild, type Child } from "../support/sampling.ts";
import { until } from "../support/ready.ts";
import { linux, needs } from "../support/skip.ts";

const talker = resolve(import.meta.dir, "../fixtures/sampler/talker.ts");

async function start(how: string, address = "0"): Promise<Child & { readonly where: string }> {
  const child = startChild([process.execPath, talker, how, address]);
  await until(() => child.lines.some((line) => line.startsWith("ready ")));
  const where = child.lines.find((line) => line.startsWith("ready "))?.split(" ")[2];
  if (where === undefined) throw new Error(`${how} is not up`);
  return Object.assign(child, { where });
}

/** Reads twice, with `meanwhile` in between. */
async function motionOf(pid: number, meanwhile: () => Promise<unknown>): Promise<Motion> {
  using sampler = newSampler();
  const read = (): Traffic | null => {
    const process: ProcessSample | undefined = sampler.sample().processes.get(pid);
    if (process === undefined) throw new Error(`${pid} is not in view`);
    return sampler.inspect(new Map([[process, new Set(["traffic"] as const)]])).get(pid)?.traffic ?? null;
  };
  const [from, startMs] = [read(), performance.now()];
  expect(from).not.toBeNull();
  await meanwhile();
  return exchangeBetween(from, read(), performance.now() - startMs).motion;
}

const ANSWERS = 20;

/** One question after the other over one connection. */
async function ask(to: { readonly unix: string } | { readonly hostname: string; readonly port: number }) {
  const { promise, resolve: done } = Promise.withResolvers<void>();
  let answers = 0;
  const socket = {
    data(peer: { write(text: string): unknown }) {
      answers += 1;
      if (answers === ANSWERS) done();
      else peer.write("what?\n");
    },
    open(peer: { write(text: string): unknown }) {
      peer.write("what?\n");
    },
  };
  // stays open: the second reading is for a connection that lives
  void ("unix" in to ? Bun.connect({ ...to, socket }) : Bun.connect({ ...to, socket }));
  await promise;
}

const LOOP_MS = 600;
const MOST_WINDOWS = 15;

/** Its helper threads (compiler, collector) work and wait for a moment after the start; then a window is known to be quiet. */
async function comesToRest(pid: number): Promise<boolean> {
  for (let windows = 0; windows < MOST_WINDOWS; windows += 1)
    if ((await motionOf(pid, () => Bun.sleep(LOOP_MS))) === "quiet") return true;
  return false;
}

describe("moves bytes that no read or write call carries", () => {
  needs(linux)("a TCP server", async () => {
    await using server = await start("tcp");
    const to = { hostname: "127.0.0.1", port: Number(server.where) };
    expect(await motionOf(server.pid, () => ask(to))).toBe("moved");
  });

  needs(linux)("a server with a connection for each answer, none of which is left", async () => {
    await using server = await start("http");
    const askAll = async (): Promise<void> => {
      for (let n = 0; n < ANSWERS; n += 1)
        await (await fetch(`http://127.0.0.1:${server.where}/`, { keepalive: false })).text();
    };
    expect(await motionOf(server.pid, askAll)).toBe("moved");
  });

  needs(linux)("a unix server may: it is not known to be quiet", async () => {
    using place = scratch();
    await using server = await start("unix", `${place.path}/s`);
    expect(await motionOf(server.pid, () => ask({ unix: server.where }))).toBe("unknown");
  });

  needs(linux)("so may a UDP server", async () => {
    await using server = await start("udp");
    let answers = 0;
    const client = await Bun.udpSocket({ socket: { data: () => void (answers += 1) } });
    try {
      const askAll = (): Promise<boolean> =>
        until(() => {
          client.send("what?", Number(server.where), "127.0.0.1");
          return answers >= ANSWERS;
        });
      expect(await motionOf(server.pid, askAll)).toBe("unknown");
    } finally {
      client.close();
    }
  });
});

describe("does not", () => {
  needs(linux)("a loop that holds a connection on which nothing is said", async () => {
    using idle = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    await using child = await start("holds", String(idle.port));
    expect(await comesToRest(child.pid)).toBe(true);
  });

  needs(linux)("a loop whose standard streams are sockets, held by a living parent", async () => {
    await using child = await start("loops");
    expect(await comesToRest(child.pid)).toBe(true);
  });
});
