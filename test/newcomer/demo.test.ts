/** The demo as a newcomer runs it: all four die, both live, and nothing is left behind, however it ends. */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { cli } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { allPids } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { scratch } from "../support/sampling.ts";
import { atOnce, root } from "../support/skip.ts";
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

interface Start {
  readonly args?: readonly string[];
  readonly before?: readonly string[];
  readonly path?: string;
}

/** Where one demo puts its folder; what is left of that demo, and of no other. Disposed, it has checked that nothing is. */
class Stage implements AsyncDisposable {
  readonly #temporary = scratch();

  constructor() {
    chmodSync(this.#temporary.path, 0o1777);
  }

  start({ args = [], before = [], path = "" }: Start = {}) {
    const { path: here } = this.#temporary;
    return Bun.spawn([...before, ...cli, "demo", ...args], {
      cwd: here,
      env: { ...process.env, TMPDIR: here, PATH: `${path}:${process.env["PATH"]}` },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
  }

  /** A directory for PATH with an unshare in it that is refused, as in many containers. */
  uselessUnshare(): string {
    const directory = join(this.#temporary.path, "useless");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "unshare"), "#!/bin/sh\necho 'unshare: not permitted' >&2\nexit 1\n", {
      mode: 0o755,
    });
    return directory;
  }

  folders = (): string[] =>
    readdirSync(this.#temporary.path).filter((name) => name.startsWith("bun-watchdog-demo-"));

  processes = (): number[] => {
    const folder = join(realpathSync(this.#temporary.path), "bun-watchdog-demo-");
    return allPids().filter((pid) => workingDirectory(pid).startsWith(folder));
  };

  async [Symbol.asyncDispose](): Promise<void> {
    using _ = this.#temporary;
    expect(await until(() => this.processes().length === 0)).toBe(true);
    expect(this.folders()).toEqual([]);
  }
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // it has ended
    return "";
  }
}

async function play(stage: Stage, options: Start): Promise<v.InferOutput<typeof shape>> {
  const child = stage.start({ ...options, args: ["--json"] });
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

atOnce(root)(
  "root: in a PID namespace",
  async () => {
    await using stage = new Stage();
    const end = await play(stage, {});
    expect(end).toMatchObject({ containment: "namespace", because: null });
    expectGoodEnd(end);
  },
  LIMIT_MS,
);

atOnce(root, "setpriv", userNamespace)(
  "nobody: in a user namespace",
  async () => {
    await using stage = new Stage();
    const end = await play(stage, { before: AS_NOBODY });
    expect(end).toMatchObject({ containment: "user-namespace", because: null });
    expectGoodEnd(end);
  },
  LIMIT_MS,
);

test.concurrent(
  "without namespaces: limited to the folder, and it says why",
  async () => {
    await using stage = new Stage();
    const end = await play(stage, { path: stage.uselessUnshare() });
    expect(end).toMatchObject({ containment: "folder", because: "unshare: not permitted" });
    expectGoodEnd(end);
  },
  LIMIT_MS,
);

/** Resolves when the play has begun. */
async function underWay(child: ReturnType<Stage["start"]>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("The watchdog starts")) break;
  }
  return text;
}

test.each([
  ["in a namespace", false],
  ["in a folder", true],
])("Ctrl-C midway, %s: nothing is left", async (_, isRefused) => {
  await using stage = new Stage();
  const child = stage.start(isRefused ? { path: stage.uselessUnshare() } : {});
  expect(await underWay(child)).toContain("Four runaways");
  expect(stage.processes().length).toBeGreaterThan(6);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(stage.processes()).toEqual([]);
  expect(stage.folders()).toEqual([]);
  expect(await child.stderr.text()).toContain("Nothing of the demo is left");
});

test.each([
  ["in a namespace", false],
  ["in a folder", true],
])("killed midway, %s: the stage clears itself away", async (_, isRefused) => {
  await using stage = new Stage();
  const child = stage.start(isRefused ? { path: stage.uselessUnshare() } : {});
  await underWay(child);
  child.kill("SIGKILL");
  await child.exited;
});
