/** doctor gives true answers where something is in force, missing or in the way, and signals nobody. */
import { afterEach, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { cli, runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs, root } from "../support/skip.ts";
import { AS_NOBODY } from "./as-nobody.ts";
import { SCALED } from "./scaled.ts";

requireNamespace();

const shape = v.strictObject({
  schemaVersion: v.literal(1),
  ok: v.boolean(),
  findings: v.array(
    v.strictObject({
      area: v.picklist(["right", "dead", "see", "here", "contain", "others"]),
      name: v.string(),
      state: v.picklist(["ok", "limited", "missing", "off"]),
      detail: v.pipe(v.string(), v.nonEmpty()),
      enable: v.nullable(v.string()),
      promise: v.nullable(v.string()),
    }),
  ),
});

const projects: Project[] = [];
afterEach(() => {
  for (const each of projects.splice(0)) each[Symbol.dispose]();
});

function project(config: Parameters<typeof scratchProject>[0]): Project {
  const made = scratchProject(config);
  projects.push(made);
  return made;
}

interface Answer {
  readonly exitCode: number;
  readonly ok: boolean;
  readonly of: (name: string) => v.InferOutput<typeof shape>["findings"][number] | undefined;
  readonly names: readonly string[];
}

/** `before`: what the command line is run under. */
async function doctor({ directory, env }: Project, before: readonly string[] = []): Promise<Answer> {
  const child = Bun.spawn([...before, ...cli, "doctor", "--json"], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(stderr).toBe("");
  const { ok, findings } = v.parse(shape, JSON.parse(stdout));
  return {
    exitCode: await child.exited,
    ok,
    of: (name) => findings.find((finding) => finding.name === name),
    names: findings.map(({ name }) => name),
  };
}

test("a usual machine keeps both promises, and says what is in force", async () => {
  const answer = await doctor(project(SCALED));
  expect(answer).toMatchObject({ exitCode: 0, ok: true });
  expect(answer.of("configuration")).toMatchObject({ state: "ok" });
  expect(answer.of("configuration")?.detail).toContain("bun-process-config.json, mode enforce");
  expect(answer.of("limits")?.detail).toContain("3 jobs, 80 % CPU for 2 s");
  expect(answer.of("monitor")).toMatchObject({
    state: "off",
    enable: expect.stringMatching(/(bun-watchdog|\.ts) monitor --detach$/),
  });
  expect(new Set(answer.names).size).toBe(answer.names.length);
});

test("a history that is no file, or is switched off", async () => {
  const made = project(SCALED);
  expect((await doctor(made)).of("history")).toMatchObject({ state: "ok" });
  mkdirSync(made.state("history.db"), { recursive: true });
  const answer = await doctor(made);
  expect(answer).toMatchObject({ exitCode: 0, ok: true });
  expect(answer.of("history")).toMatchObject({
    state: "limited",
    detail: expect.stringContaining("no file"),
  });
  expect((await doctor(project({ history: { enabled: false } }))).of("history")).toMatchObject({
    state: "off",
  });
});

test("without a configuration: it only observes, and what would change that", async () => {
  const answer = await doctor(project(null));
  expect(answer.exitCode).toBe(0);
  expect(answer.of("configuration")).toMatchObject({ state: "off" });
  expect(answer.of("configuration")?.enable).toContain("write .kiro/bun-process-config.json");
});

test("a running monitor is named", async () => {
  const watched = project(SCALED);
  await using monitor = await startMonitor(watched);
  const answer = await doctor(watched);
  expect(answer.of("monitor")).toMatchObject({ state: "ok" });
  expect(answer.of("monitor")?.detail).toContain(`pid ${monitor.pid}`);
});

test("a broken configuration is a finding, and the rest is answered all the same", async () => {
  const broken = project(null);
  writeFileSync(join(broken.directory, ".kiro/bun-process-config.json"), '{ "processTimeoutMs": "soon" }');
  const answer = await doctor(broken);
  expect(answer).toMatchObject({ exitCode: 1, ok: false });
  expect(answer.of("configuration")).toMatchObject({ state: "missing" });
  expect(answer.of("configuration")?.detail).toContain("processTimeoutMs");
  expect(answer.of("process handles")).toBeDefined();
});

test("people see what is missing, which promise suffers, and the next move", async () => {
  const broken = project(null);
  writeFileSync(join(broken.directory, ".kiro/bun-process-config.json"), "{");
  const { exitCode, stdout } = await runCli(["doctor"], broken);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("Without it there is no promise that it never kills the wrong process.");
  expect(stdout).toMatch(/→ .*(bun-watchdog|\.ts) config check/);
  expect(stdout).toContain("Not fit to run: configuration.");
});

test("odd settings are named", async () => {
  const odd = { ...SCALED, monitoringIntervalMs: 60_000, maxMemoryUsageMB: 60_000_000 };
  const answer = await doctor(project(odd));
  expect(answer.exitCode).toBe(0);
  expect(answer.of("setting monitoringIntervalMs")).toMatchObject({ state: "limited" });
  expect(answer.of("setting maxMemoryUsageMB")?.detail).toContain("more than this machine's");
});

test("another killer is named, with where to look for what it did", async () => {
  const machine = project(null);
  const earlyoom = join(machine.directory, "earlyoom");
  copyFileSync(Bun.which("sleep") ?? "/bin/sleep", earlyoom);
  chmodSync(earlyoom, 0o755);
  const killer = Bun.spawn([earlyoom, "1000"]);
  try {
    const answer = await doctor(machine);
    expect(answer.of("other watchdogs")).toBeUndefined();
    expect(answer.of("earlyoom")).toMatchObject({ state: "limited" });
    expect(answer.of("earlyoom")?.detail).toContain(`pid ${killer.pid}`);
    expect(answer.of("earlyoom")?.detail).toContain("journalctl -t earlyoom");
  } finally {
    killer.kill("SIGKILL");
    await killer.exited;
  }
});

test("few open files, little CPU time: said, with the way out", async () => {
  const answer = await doctor(project(null), [
    "/bin/sh",
    "-c",
    'ulimit -n 256; ulimit -t 3000; exec "$@"',
    "sh",
  ]);
  expect(answer.exitCode).toBe(0);
  expect(answer.of("open files")).toMatchObject({ state: "limited", enable: "ulimit -n 2048" });
  expect(answer.of("ulimit")?.detail).toContain("50 min of CPU time");
});

test("what calls us in this project is said", async () => {
  const calling = project(null);
  const scripts = { "pre-push": "bun-watchdog cleanup --hook", build: "vite build" };
  writeFileSync(join(calling.directory, "package.json"), JSON.stringify({ scripts }));
  mkdirSync(join(calling.directory, ".husky"));
  writeFileSync(join(calling.directory, ".husky/pre-commit"), "npx fix-runaway-bun cleanup\n");
  const answer = await doctor(calling);
  expect(answer.of("called by")?.detail).toBe("package scripts pre-push; hooks .husky/pre-commit");
});

needs(root, "unshare")(
  "the /proc of another namespace: not fit, since the wrong process would die",
  async () => {
    const answer = await doctor(project(SCALED), ["unshare", "--fork", "--pid", "--kill-child"]);
    expect(answer).toMatchObject({ exitCode: 1, ok: false });
    expect(answer.of("/proc is ours")).toMatchObject({
      state: "missing",
      promise: "it never kills the wrong process",
    });
    expect(answer.of("whose processes show")).toBeUndefined();
    // read of the right process, whatever its number there is
    expect(answer.of("reads and writes")).toMatchObject({ state: "ok" });
  },
);

needs(root, "setpriv")(
  "nobody, in a project of root's: no crash, and it is said that records will not last",
  async () => {
    const closed = project(SCALED);
    chmodSync(closed.directory, 0o755);
    chmodSync(join(closed.directory, ".kiro"), 0o755);
    const answer = await doctor(closed, AS_NOBODY);
    expect(answer).toMatchObject({ exitCode: 0, ok: true });
    expect(answer.of("journal")).toMatchObject({ state: "limited", promise: null });
    expect(answer.of("journal")?.detail).toContain("EACCES");
    expect(answer.of("journal")?.detail).toContain("gone when the machine restarts");
    expect(answer.of("process handles")).toMatchObject({ state: "ok" });
    expect(answer.of("reads and writes")).toMatchObject({ state: "ok" });
    expect(answer.of("locks")).toMatchObject({ state: "ok" });
  },
);

needs(root, "setpriv")("nobody, in a project of their own: fit", async () => {
  const own = project(SCALED);
  Bun.spawnSync(["chown", "-R", "65534", own.directory]);
  expect(await doctor(own, AS_NOBODY)).toMatchObject({ exitCode: 0, ok: true });
});

needs(
  root,
  "unshare",
  "mount",
)("hidepid: said, and enough for this account", async () => {
  const hidden = project(SCALED);
  const script = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"';
  Bun.spawnSync(["chown", "-R", "65534", hidden.directory]);
  const under = [
    "unshare",
    "--fork",
    "--pid",
    "--mount",
    "--kill-child",
    "/bin/sh",
    "-c",
    script,
    "sh",
    "/bin/sh",
    "-c",
    '"$@"; exit $?',
    "sh",
  ];
  const answer = await doctor(hidden, [...under, ...AS_NOBODY]);
  expect(answer).toMatchObject({ exitCode: 0, ok: true });
  expect(answer.of("whose processes show")).toMatchObject({ state: "limited" });
});

test("nothing in the project is changed, and a sleeper sleeps on", async () => {
  const quiet = project(null);
  const child = Bun.spawn(["sleep", "1000"]);
  await doctor(quiet);
  expect(child.killed || child.exitCode !== null).toBe(false);
  child.kill("SIGKILL");
  await child.exited;
  // .bun is Bun's own, in what is the home directory here
  expect(readdirSync(quiet.directory).filter((name) => name !== ".bun")).toEqual([".kiro"]);
  expect(readdirSync(join(quiet.directory, ".kiro"))).toEqual([]);
});
