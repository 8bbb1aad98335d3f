/** What ties a process to others is read from real ones. */
import { describe, expect } from "bun:test";
import { join, resolve } from "node:path";
import { NO_TIES } from "../../src/core/process/ties.ts";
import type { Details, ProcessSample } from "../../src/core/process/process.ts";
import { killAll, newSampler, readyPids, scratch, startChild } from "../support/sampling.ts";
import { readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { linux, needs } from "../support/skip.ts";

const bun = process.execPath;
const tied = resolve(import.meta.dir, "../fixtures/sampler/tied.ts");

/** A shell that gives it nothing to read. */
const started = (what: string) => startChild(["sh", "-c", `exec "${bun}" "${tied}" ${what} </dev/null`]);

function read(pid: number): Details & { readonly process: ProcessSample } {
  using sampler = newSampler();
  const process = sampler.sample().processes.get(pid);
  if (process === undefined) throw new Error(`${pid} is not in view`);
  const found = sampler.inspect(new Map([[process, new Set(["evidence"] as const)]])).get(pid);
  if (found === undefined) throw new Error(`${pid} was not read`);
  return { ...found, process };
}

describe("evidence", () => {
  needs(linux)("of an idle script there is none", async () => {
    await using child = started("idle");
    await readyPids(child);
    expect(read(child.pid)).toMatchObject({
      listeners: [],
      ties: { ...NO_TIES, service: expect.any(String) },
    });
  });

  needs(linux)("a watcher, a UDP server", async () => {
    await using watcher = started("watch");
    await readyPids(watcher);
    expect(read(watcher.pid).ties?.watchesFiles).toBe(true);
    await using server = started("udp");
    await readyPids(server);
    expect(read(server.pid).listeners).toMatchObject([{ protocol: "udp" }]);
  });

  needs(linux)("a connection, by both of its ends", async () => {
    using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
    await using child = started(`tcp ${server.port}`);
    await readyPids(child);
    const [theirs] = read(child.pid).ties?.connections ?? [];
    expect(theirs).toMatchObject({ protocol: "tcp", peer: `127.0.0.1:${server.port}` });
    const mine = read(process.pid).ties?.connections ?? [];
    expect(mine.find(({ inode }) => inode === theirs?.peerInode)?.peerInode).toBe(theirs?.inode ?? 0);
  });

  needs(linux)("who holds the other end of a socket pair", async () => {
    await using child = startChild([bun, tied, "idle"]);
    await readyPids(child);
    const { ties } = read(child.pid);
    expect(ties?.input).toMatchObject({ kind: "held", by: [{ pid: process.pid, isCertain: true }] });
    // what it reads and prints are no connections
    expect(ties?.connections).toEqual([]);
  });

  needs(linux)("a pipe whose writer is no ancestor, and then is gone", async () => {
    await using child = startChild(
      ["sh", "-c", `(echo pid $$; exec sleep 1000) | { echo x >&2; exec "${bun}" "${tied}" idle; }`],
      {
        stderr: "pipe",
      },
    );
    const [pid = 0] = await readyPids(child);
    expect(read(pid).ties?.input).toEqual({ kind: "held", by: [] });
    const pids = [...new Bun.Glob("*").scanSync({ cwd: "/proc", onlyFiles: false })].map(Number);
    const children = pids.filter((each) => each > 0 && each !== pid && readStat(each)?.ppid === child.pid);
    killAll(children);
    await until(() => read(pid).ties?.input?.kind === "gone");
    expect(read(pid).ties?.input?.kind).toBe("gone");
    killAll([pid]);
  });

  needs(linux)("Bun's inspector, asked for in the environment", async () => {
    using directory = scratch();
    const env = { PATH: process.env["PATH"] ?? "", BUN_INSPECT: `ws+unix://${directory.path}/inspector` };
    await using child = startChild([bun, tied, "idle"], { env });
    await readyPids(child);
    expect(read(child.pid).ties?.inspectedBy).toContain("BUN_INSPECT");
  });

  needs(linux, "setsid")("a parent that did not start it", async () => {
    await using child = startChild(["setsid", "--fork", "sh", "-c", `"${bun}" "${tied}" idle & sleep 0.5`]);
    const [pid = 0] = await readyPids(child);
    await until(() => read(pid).ties?.adoptedBy !== null);
    const { ties, process: orphan } = read(pid);
    expect(ties?.adoptedBy).toBe(orphan.ppid);
    killAll([pid]);
  });

  needs(linux, "unshare")("a server in another network namespace", async () => {
    await using child = startChild([
      "unshare",
      "--net",
      "sh",
      "-c",
      `exec "${bun}" "${tied}" serve </dev/null`,
    ]);
    await readyPids(child);
    expect(read(child.pid)).toMatchObject({ listeners: [{ protocol: "tcp" }], ties: { connections: [] } });
  });
});

needs(linux)("a compiled program with BUN_BE_BUN is Bun", async () => {
  using directory = scratch();
  const program = join(directory.path, "agent");
  const build = Bun.spawnSync([bun, "build", "--compile", tied, "--outfile", program]);
  expect(build.exitCode).toBe(0);
  for (const [value, runtime] of [
    ["1", "bun"],
    ["0", "compiled"],
  ] as const) {
    const env = { PATH: process.env["PATH"] ?? "", BUN_BE_BUN: value };
    await using child = startChild([program, tied, "idle"], { env });
    await readyPids(child);
    expect(read(child.pid).process.runtime).toBe(runtime);
  }
});
