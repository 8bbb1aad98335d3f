/** `status --watch` on a real terminal: what is seen, what keys do, and that the terminal is given back. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { cli, repository, runCli, scratchProject, startMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, readStat, startFixture, until, type Fixture } from "../support/ready.ts";
import { openScreen, type Screen } from "../support/screen.ts";
import { needs, root as asRoot } from "../support/skip.ts";
import { reusePid } from "../zoo/reuse-pid.ts";
import { fixture } from "./bystander.ts";
import { startRunaway } from "./scaled.ts";

requireNamespace();

const onScreen = needs("tmux");

/** Nothing runs away here by itself. */
const CALM = {
  mode: "enforce",
  processTimeoutMs: 3_600_000,
  maxConcurrentProcesses: 50,
  armTicks: 1_000,
  killGraceMs: 2_000,
};
const project = scratchProject(CALM);
const shared: Fixture[] = [];

beforeAll(async () => {
  for (const name of ["first", "second"]) shared.push(await startRunaway(name));
});
afterAll(async () => {
  for (const each of shared) await each[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

const pid = (started: Fixture | undefined): number => started?.root.pid ?? 0;
const [FIRST, SECOND] = [(): number => pid(shared[0]), (): number => pid(shared[1])];

const options = { cwd: project.directory, env: project.env };
const watching = [...cli, "status", "--watch"];

/** A table of the fixtures alone. */
async function openTable(
  filter = "sleeper.ts",
  size: { columns?: number; rows?: number } = {},
): Promise<Screen> {
  const screen = await openScreen(watching, { ...options, ...size });
  await screen.shows("bun-watchdog");
  await screen.shows((lines) => lines.some((line) => / PID/.test(line)));
  screen.press("/", ...filter.split(""));
  await screen.shows(` /${filter}▏`);
  screen.press("Enter");
  await screen.shows(` /${filter} Esc ends it`);
  return screen;
}

/** Pids of the rows, from above; the selected one's alone in `selected`. */
const rows = (lines: readonly string[]): number[] =>
  lines.flatMap((line) => {
    const found = /^(?:▸ | {2}) *(\d+) .*(?:%|\?)/u.exec(line)?.[1];
    return found === undefined ? [] : [Number(found)];
  });
const selected = (lines: readonly string[]): number =>
  Number(/^▸ *(\d+)/u.exec(lines.find((line) => line.startsWith("▸")) ?? "")?.[1]);

onScreen("sort keys change the order, and the selection stays with its process", async () => {
  await using screen = await openTable();
  screen.press("p");
  expect(await screen.shows((lines) => rows(lines).join() === `${FIRST()},${SECOND()}`)).toBe(true);
  screen.press("Home");
  expect(await screen.shows((lines) => selected(lines) === FIRST())).toBe(true);
  screen.press("p");
  expect(await screen.shows((lines) => rows(lines).join() === `${SECOND()},${FIRST()}`)).toBe(true);
  expect(selected(screen.lines())).toBe(FIRST());
  expect(screen.lines().join("\n")).toContain("PID↓");
  screen.press("k");
  expect(await screen.shows((lines) => selected(lines) === SECOND())).toBe(true);
  screen.press("Down");
  expect(await screen.shows((lines) => selected(lines) === FIRST())).toBe(true);
});

onScreen("the details say every rule with its limit, and where the process comes from", async () => {
  await using screen = await openTable("first");
  expect(await screen.shows(`── ${FIRST()}`)).toBe(true);
  const said = [/timeout +[\d.]+ (s|min) +60 min/, /memory +.* 1 GB/, /cpu +\d+% +80%/, /started .*sh -c /];
  const all = (lines: readonly string[]): boolean =>
    said.every((each) => lines.some((line) => each.test(line)));
  expect((await screen.shows(all)) ? "all" : screen.lines()).toBe("all");
});

onScreen("as a tree: members of a job hang below its root", async () => {
  await using family = await startFixture([process.execPath, join(repository, "test/fixtures/kill/tree.ts")]);
  await using screen = await openTable(String(family.root.pid));
  screen.press("t");
  expect(await screen.shows("└─ ")).toBe(true);
  const shown = rows(screen.lines());
  expect(shown[0]).toBe(family.root.pid);
  expect(shown).toEqual(expect.arrayContaining(family.pids.map((each) => each.pid)));
});

onScreen("a resize redraws the screen, and nothing of the old one is left over", async () => {
  await using screen = await openTable();
  for (const [columns, height] of [
    [40, 10],
    [130, 40],
    [20, 5],
    [80, 24],
  ] as const) {
    screen.resize(columns, height);
    const whole = (lines: readonly string[]): boolean =>
      lines.length === height &&
      lines.every((line) => Bun.stringWidth(line) <= columns) &&
      lines.filter((line) => / PID/.test(line)).length === 1 &&
      lines.filter((line) => line.startsWith(" /sleeper")).length === 1 &&
      lines.at(-1)?.startsWith(" /sleeper") === true &&
      rows(lines).length > 0 &&
      new Set(rows(lines)).size === rows(lines).length;
    const shown = await screen.shows(whole);
    expect(shown ? "whole" : screen.lines()).toBe("whole");
  }
});

onScreen("x, n: it lives; x, y: it is dead, and that is said", async () => {
  await using victim = await startRunaway("victim");
  await using screen = await openTable("victim");
  await screen.shows((lines) => selected(lines) === victim.root.pid);
  screen.press("x");
  expect(await screen.shows(`Stop ${victim.root.pid}?`)).toBe(true);
  expect(screen.lines().join("\n")).toContain("sleeper.ts victim");
  screen.press("n");
  expect(await screen.shows((lines) => !lines.some((line) => line.includes("Stop ")))).toBe(true);
  expect(isAlive(victim.root)).toBe(true);
  expect(project.events()).toEqual([]);

  screen.press("x");
  await screen.shows(`Stop ${victim.root.pid}?`);
  screen.press("y");
  expect(await screen.shows("✓ ")).toBe(true);
  expect(isAlive(victim.root)).toBe(false);
  expect(shared.every(({ root }) => isAlive(root))).toBe(true);
  expect(project.events()).toMatchObject([
    { type: "intent", rule: "manual", victim: { id: { pid: victim.root.pid } } },
    { type: "outcome", rule: "manual" },
  ]);
});

onScreen("a running monitor does it, its memory undisturbed by our looks", async () => {
  await using victim = await startRunaway("under the monitor");
  await using monitor = await startMonitor(project);
  await using screen = await openTable("under the monitor");
  expect(await screen.shows(`monitor ${monitor.pid} enforces`)).toBe(true);
  const before = project.events().length;
  screen.press("x");
  await screen.shows(`Stop ${victim.root.pid}?`);
  screen.press("y");
  expect(await screen.shows("✓ ")).toBe(true);
  expect(isAlive(victim.root)).toBe(false);
  const written = project.events().slice(before);
  expect(written).toMatchObject([{ type: "intent", rule: "manual" }, { type: "outcome" }]);
  await monitor.stop();
  expect(await screen.shows("no monitor runs")).toBe(true);
});

onScreen("what is protected is refused, with the reason", async () => {
  await using monitor = await startMonitor(project);
  await using screen = await openTable("fix-runaway-bun.ts monitor");
  await screen.shows((lines) => selected(lines) === monitor.pid);
  screen.press("x");
  expect(await screen.shows("it is the watchdog itself")).toBe(true);
  screen.press("y");
  screen.press("n");
  expect(await screen.shows((lines) => !lines.some((line) => line.includes("not stopped")))).toBe(true);
  expect(readStat(monitor.pid)).not.toBeNull();
});

needs("tmux", asRoot)(
  "the selected process is the one that was shown, not whoever has its pid by now",
  async () => {
    await using victim = await startRunaway("short-lived");
    await using screen = await openTable("short-lived");
    await screen.shows((lines) => selected(lines) === victim.root.pid);
    screen.press(" ");
    await screen.shows("paused");
    process.kill(victim.root.pid, "SIGKILL");
    await until(() => readStat(victim.root.pid) === null);
    const bystander = reusePid(victim.root.pid, [process.execPath, fixture("sleeper.ts"), "short-lived"]);
    screen.press("x");
    expect(await screen.shows("not the process that was shown any more")).toBe(true);
    screen.press("y", "n");
    expect(await screen.shows((lines) => !lines.some((line) => line.includes("is not stopped")))).toBe(true);
    expect(bystander !== null && isAlive(bystander)).toBe(true);
    process.kill(victim.root.pid, "SIGKILL");
  },
);

onScreen("pasted text answers nothing", async () => {
  await using victim = await startRunaway("pasted");
  await using screen = await openTable("pasted");
  await screen.shows((lines) => selected(lines) === victim.root.pid);
  screen.press("-l", "\u001B[200~xy\u001B[201~");
  screen.press("?");
  expect(await screen.shows("╭─ Keys")).toBe(true);
  expect(isAlive(victim.root)).toBe(true);
});

const SHELL = ["bash", "--norc", "--noprofile", "-i"];

/** The settings of the terminal behind a screen, as another process sees them. */
const settings = (screen: Screen): string =>
  Bun.spawnSync(["stty", "-a", "-F", `/proc/${screen.pid}/fd/0`]).stdout.toString();

async function inShell(): Promise<{ screen: Screen; before: string; table: number }> {
  const screen = await openScreen(SHELL, { ...options, env: { ...options.env, PS1: "prompt> " } });
  await screen.shows("prompt>");
  const before = settings(screen);
  screen.type(watching.join(" "));
  await screen.shows((lines) => lines.some((line) => / PID/.test(line)));
  const children = Bun.spawnSync(["ps", "-o", "pid=", "--ppid", String(screen.pid)]).stdout.toString();
  return { screen, before, table: Number(children.trim()) };
}

async function expectShell(screen: Screen, before: string): Promise<void> {
  expect(await screen.shows((lines) => lines.join("\n").trimEnd().endsWith("prompt>"))).toBe(true);
  expect(screen.modes()).toEqual({ alternate: false, cursor: true, wrap: true });
  expect(screen.lines().filter((line) => / PID/.test(line))).toEqual([]);
  screen.type("echo $((6 * 7)) $?");
  expect(await screen.shows("42 ")).toBe(true);
  expect(await until(() => settings(screen) === before)).toBe(true);
}

onScreen("q gives the terminal back", async () => {
  const { screen, before } = await inShell();
  await using _ = screen;
  expect(screen.modes()).toEqual({ alternate: true, cursor: false, wrap: false });
  expect(settings(screen)).toContain("-icanon");
  screen.press("q");
  await expectShell(screen, before);
});

onScreen.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("so does %s", async (signal) => {
  const { screen, before, table } = await inShell();
  await using _ = screen;
  process.kill(table, signal);
  await expectShell(screen, before);
  expect(readStat(table)).toBeNull();
});

onScreen("Ctrl-Z gives it back until fg", async () => {
  const { screen, before } = await inShell();
  await using _ = screen;
  screen.press("C-z");
  expect(await screen.shows("Stopped")).toBe(true);
  await expectShell(screen, before);
  screen.type("fg");
  expect(await screen.shows((lines) => lines.some((line) => / PID/.test(line)))).toBe(true);
  expect(screen.modes()).toEqual({ alternate: true, cursor: false, wrap: false });
  screen.press("j", "q");
  await expectShell(screen, before);
});

onScreen("leaving while something is being stopped sees it to its end", async () => {
  await using deaf = await startFixture([process.execPath, join(repository, "test/fixtures/kill/deaf.ts")]);
  const { screen, before } = await inShell();
  await using _ = screen;
  screen.press("/", ..."deaf.ts".split(""), "Enter", "x");
  await screen.shows(`Stop ${deaf.root.pid}?`);
  screen.press("y");
  expect(await screen.shows(`stopping ${deaf.root.pid}`)).toBe(true);
  screen.press("q");
  expect(await screen.shows(`✓ ${deaf.root.pid}  gone`)).toBe(true);
  expect(isAlive(deaf.root)).toBe(false);
  await expectShell(screen, before);
});

onScreen("a terminal that vanishes ends it, and what is being stopped is stopped all the same", async () => {
  await using deaf = await startFixture([process.execPath, join(repository, "test/fixtures/kill/deaf.ts")]);
  const screen = await openTable("deaf.ts");
  screen.press("x");
  await screen.shows(`Stop ${deaf.root.pid}?`);
  screen.press("y");
  await screen.shows(`stopping ${deaf.root.pid}`);
  await screen[Symbol.asyncDispose]();
  expect(await until(() => readStat(screen.pid) === null, 30_000)).toBe(true);
  expect(isAlive(deaf.root)).toBe(false);
});

onScreen("hostile and wide names keep their row and obey nothing", async () => {
  await using hostile = await startFixture([
    fixture("hostile-name.sh"),
    process.execPath,
    fixture("sleeper.ts"),
    "escapes",
  ]);
  await using wide = await startRunaway("漢字かな", "👩‍👩‍👧‍👦🚀");
  await using screen = await openTable("sleeper.ts", { columns: 70 });
  expect(
    await screen.shows(
      (lines) => rows(lines).includes(wide.root.pid) && rows(lines).includes(hostile.root.pid),
    ),
  ).toBe(true);
  const lines = screen.lines();
  const at = lines.find((line) => / PID/.test(line))?.indexOf("VERDICT");
  for (const { root } of [hostile, wide]) {
    const row = lines.find((line) => rows([line])[0] === root.pid) ?? "";
    expect(row.slice(at)).toMatch(/^(ok|spared)/);
  }
  expect(screen.modes().alternate).toBe(true);
});

onScreen("NO_COLOR: no colours; else some", async () => {
  const count = async (env: Readonly<Record<string, string>>): Promise<number> => {
    await using screen = await openScreen(watching, { cwd: project.directory, env });
    await screen.shows((lines) => rows(lines).length > 0);
    return screen.coloured().split("\u001B[").length - 1;
  };
  expect(await count(project.env)).toBe(0);
  expect(await count({ ...project.env, NO_COLOR: "", FORCE_COLOR: "" })).toBeGreaterThan(0);
});

test.each([[["--watch"]], [["--watch", "--json"]], [["--watch", "--check"]]])(
  "without a terminal, or with what scripts use, %j is exit 2 and says what to use",
  async (args) => {
    const run = await runCli(["status", ...args], project);
    expect(run.exitCode).toBe(2);
    // who asks for JSON gets the failure as JSON
    expect(run.stdout.startsWith("{")).toBe(args.includes("--json"));
    expect(run.stderr).toMatch(
      args.length === 1 ? /status for a table, or status --json/ : /exclude each other/,
    );
  },
);
