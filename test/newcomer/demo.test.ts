/** The demo as a newcomer runs it: all four die, both live, and nothing is left behind, however it ends. */
import { afterEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { cli } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { allPids } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { scratch } from "../support/sampling.ts";
import { needs, root } from "../support/skip.ts";
import { AS_NOBODY, userNamespace } from "./as-nobody.ts";

requireNamespace();

/** The play takes 25 s on an idle machine. */
const LIMIT_MS = 150_000;

const signal = v.picklist(["SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT"]);
const shape = v.strictObject({
  schemaVersion: v.literal(1),
  containment: v.picklist(["namespace", "user-namespace", "folder"]),
  because: v.nullable(v.string()),
  tookMs: v.number(),
  ok: v.boolean(),
  runaways: v.array(
    v.strictObject({
      name: v.string(),
      pid: v.number(),
      processes: v.number(),
      dead: v.boolean(),
      rule: v.nullable(v.string()),
      evidence: v.nullable(v.string()),
      signals: v.array(signal),
      tookMs: v.nullable(v.number()),
      how: v.string(),
    }),
  ),
  innocents: v.array(
    v.strictObject({ name: v.string(), pid: v.number(), alive: v.boolean(), proof: v.string() }),
  ),
});

const temporary = scratch();
chmodSync(temporary.path, 0o1777);

interface Start {
  readonly args?: readonly string[];
  readonly before?: readonly string[];
  readonly path?: string;
}

const start = ({ args = [], before = [], path = "" }: Start = {}) =>
  Bun.spawn([...before, ...cli, "demo", ...args], {
    cwd: temporary.path,
    env: { ...process.env, TMPDIR: temporary.path, PATH: `${path}:${process.env["PATH"]}` },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });

/** A directory for PATH with an unshare in it that is refused, as in many containers. */
function uselessUnshare(): string {
  const directory = join(temporary.path, "useless");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "unshare"), "#!/bin/sh\necho 'unshare: not permitted' >&2\nexit 1\n", {
    mode: 0o755,
  });
  return directory;
}

function worksInADemo(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).includes("/bun-watchdog-demo-");
  } catch {
    // it has ended
    return false;
  }
}

const folders = (): string[] =>
  readdirSync(temporary.path).filter((name) => name.startsWith("bun-watchdog-demo-"));
const processes = (): number[] => allPids().filter(worksInADemo);

afterEach(async () => {
  expect(await until(() => processes().length === 0)).toBe(true);
  expect(folders()).toEqual([]);
});

async function play(options: Start): Promise<v.InferOutput<typeof shape>> {
  const child = start({ ...options, args: ["--json"] });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ code: await child.exited, stderr }).toEqual({ code: 0, stderr: "" });
  return v.parse(shape, JSON.parse(stdout));
}

function expectGoodEnd({ ok, runaways, innocents }: v.InferOutput<typeof shape>): void {
  expect(ok).toBe(true);
  expect(runaways.map(({ name, processes: count, dead }) => [name, count, dead])).toEqual([
    ["endless-loop.ts", 1, true],
    ["leak.ts", 1, true],
    ["deaf.ts", 1, true],
    ["family.ts", 4, true],
  ]);
  const rules = Object.fromEntries(runaways.map(({ name, rule }) => [name, rule]));
  expect(rules).toMatchObject({ "leak.ts": "memory", "deaf.ts": "timeout", "family.ts": "timeout" });
  // a starved machine may give the loop so little that its time is up first
  expect(["cpu", "timeout"]).toContain(rules["endless-loop.ts"] ?? "none");
  expect(runaways.find(({ name }) => name === "deaf.ts")?.signals).toContain("SIGKILL");
  expect(innocents.map(({ name, alive }) => [name, alive])).toEqual([
    ["server.ts", true],
    ["worker.ts", true],
  ]);
}

needs(root)(
  "root: in a PID namespace",
  async () => {
    const end = await play({});
    expect(end).toMatchObject({ containment: "namespace", because: null });
    expectGoodEnd(end);
  },
  LIMIT_MS,
);

needs(root, "setpriv", userNamespace)(
  "nobody: in a user namespace",
  async () => {
    const end = await play({ before: AS_NOBODY });
    expect(end).toMatchObject({ containment: "user-namespace", because: null });
    expectGoodEnd(end);
  },
  LIMIT_MS,
);

test(
  "without namespaces: limited to the folder, and it says why",
  async () => {
    const end = await play({ path: uselessUnshare() });
    expect(end).toMatchObject({ containment: "folder", because: "unshare: not permitted" });
    expectGoodEnd(end);
  },
  LIMIT_MS,
);

/** Resolves when the play has begun. */
async function underWay(child: ReturnType<typeof start>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("The watchdog starts")) break;
  }
  return text;
}

test.each([
  ["in a namespace", ""],
  ["in a folder", uselessUnshare()],
])("Ctrl-C midway, %s: nothing is left", async (_, path) => {
  const child = start({ path });
  expect(await underWay(child)).toContain("Four runaways");
  expect(processes().length).toBeGreaterThan(6);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(processes()).toEqual([]);
  expect(folders()).toEqual([]);
  expect(await child.stderr.text()).toContain("Nothing of the demo is left");
});

test.each([
  ["in a namespace", ""],
  ["in a folder", uselessUnshare()],
])("killed midway, %s: the stage clears itself away", async (_, path) => {
  const child = start({ path });
  await underWay(child);
  child.kill("SIGKILL");
  await child.exited;
  expect(await until(() => processes().length === 0 && folders().length === 0)).toBe(true);
});
