/** Whose jobs a project's file governs: real programs in the project, in another one, and nowhere. */
import { afterEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until, type Fixture } from "../support/ready.ts";
import { needs, root as asRoot } from "../support/skip.ts";
import { dies, SCALED } from "./scaled.ts";
import { cleanup, parse, status } from "./shapes.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

/** Without the file's word on CPU: spinners are the account's matter. */
const PROJECT = { ...SCALED, maxCpuUsagePercent: 1_000 };
const SOON = { cpuHoldMs: 1_500, killGraceMs: 500 };

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).toReversed()) await each();
});

const keep = <Kept extends Disposable>(it: Kept): Kept => {
  cleanUps.push(() => it[Symbol.dispose]());
  return it;
};

function project(config: object | null = PROJECT, accounts: object = SOON): Project {
  const made = keep(scratchProject(config === null ? null : { ...config }));
  const directory = join(made.directory, ".config/bun-watchdog");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "config.json"), JSON.stringify(accounts));
  return made;
}

/** A folder that is nobody's, or with a file of its own another project. */
function folder(config: object | null = null): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "bun-watchdog-elsewhere-")));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, ".kiro"));
  if (config !== null)
    writeFileSync(join(directory, ".kiro/bun-process-config.json"), JSON.stringify(config));
  return directory;
}

const READY = "require('node:fs').writeSync(1, `ready ${process.pid}\\n`);";
const IDLE = `setTimeout(() => process.exit(3), 90_000); ${READY}`;
const SPIN = `${READY} for (const end = Date.now() + 90_000; Date.now() < end; );`;

/** With a script of its own there: else the fixtures' folder, a project too, would have the say. */
async function start(cwd: string, program: string, name: string): Promise<Fixture> {
  writeFileSync(join(cwd, `${name}.ts`), program);
  const up = await startFixture([process.execPath, join(cwd, `${name}.ts`)], { cwd });
  cleanUps.push(async () => await up[Symbol.asyncDispose]());
  return up;
}
const idle = (cwd: string, name: string): Promise<Fixture> => start(cwd, IDLE, name);
const spinner = (cwd: string, name: string): Promise<Fixture> => start(cwd, SPIN, name);

const ripe = (fixtures: readonly Fixture[]): Promise<boolean> =>
  until(() => fixtures.every(({ root }) => ageMs(root) > SCALED.processTimeoutMs + 500), 20_000);

test("a monitor stops what its project's file says in the project, and elsewhere only harm", async () => {
  const here = project();
  const nowhere = folder();
  await using _ = await startMonitor(here, ["--yes"]);
  const old = await idle(nowhere, "old-elsewhere");
  const harm = await spinner(nowhere, "harm");
  const own = await idle(here.directory, "own");
  expect(await dies(own.root)).toBe(true);
  expect(await dies(harm.root)).toBe(true);
  expect(await ripe([old])).toBe(true);
  expect(isAlive(old.root)).toBe(true);
  const seen = parse(status, (await runCli(["status", "--json"], here)).stdout);
  expect(seen.jobs.find(({ root }) => root === old.root.pid)).toMatchObject({
    project: null,
    governed: false,
  });
  expect(seen.elsewhere).toMatchObject({ mode: "enforce", cpuHoldMs: SOON.cpuHoldMs });
  const { stdout } = await runCli(["status"], here);
  expect(stdout).toContain("Elsewhere only harm is stopped: CPU over 80 % for 1.5 s without progress");
});

test("a project is governed by where its jobs work, links resolved, and by where their script lies", async () => {
  const here = project();
  const nowhere = folder();
  symlinkSync(here.directory, join(nowhere, "link"));
  await using _ = await startMonitor(here, ["--yes"]);
  writeFileSync(join(here.directory, "script.ts"), IDLE);
  const argv = [process.execPath, join(nowhere, "link/script.ts"), "by-script"];
  await using script = await startFixture(argv, { cwd: nowhere });
  const linked = await idle(join(nowhere, "link"), "linked");
  expect(await dies(script.root)).toBe(true);
  expect(await dies(linked.root)).toBe(true);
});

test("who changes its directory in its first line leaves no project by that", async () => {
  const here = project();
  const observing = folder({ ...SCALED, mode: "observe" });
  await using _ = await startMonitor(here, ["--yes"]);
  const gone: Fixture[] = [];
  for (const [name, to] of [
    ["to-the-top", "/"],
    ["to-another", observing],
  ] as const) {
    writeFileSync(join(here.directory, `${name}.ts`), `process.chdir("${to}"); ${IDLE}`);
    const argv = ["sh", "-c", `cd "${here.directory}" && exec "${process.execPath}" ${name}.ts`];
    const up = await startFixture(argv, { cwd: "/" });
    cleanUps.push(async () => await up[Symbol.asyncDispose]());
    gone.push(up);
  }
  for (const { root } of gone) expect(await dies(root)).toBe(true);
});

needs(asRoot, "unshare")("a project's file is not above who has something else mounted there", async () => {
  const here = project();
  await using _ = await startMonitor(here, ["--yes"]);
  const inside = `mount -t tmpfs none "$1" && cd "$1" && printf '%s' "$2" > apart.ts && exec "$0" "$1/apart.ts"`;
  const argv = ["unshare", "--mount", "sh", "-c", inside, process.execPath, here.directory, IDLE];
  await using apart = await startFixture(argv, { cwd: "/" });
  const own = await idle(here.directory, "own");
  expect(await dies(own.root)).toBe(true);
  expect(await ripe([apart])).toBe(true);
  expect(isAlive(apart.root)).toBe(true);
});

test("another project is kept by its own file, as soon as a job of it is seen; one that observes loses nobody", async () => {
  const here = project();
  const strict = folder(SCALED);
  const observing = folder({ ...SCALED, mode: "observe" });
  const open = folder(SCALED);
  chmodSync(join(open, ".kiro/bun-process-config.json"), 0o666);
  await using _ = await startMonitor(here, ["--yes"]);
  const spared = [
    await spinner(observing, "observed"),
    await idle(observing, "watched"),
    await idle(open, "open"),
  ];
  const stopped = await idle(strict, "strict");
  expect(await dies(stopped.root)).toBe(true);
  expect(await ripe(spared)).toBe(true);
  expect(spared.map(({ root }) => isAlive(root))).toEqual([true, true, true]);
  const rejected = here.events().filter((event) => event.type === "config-rejected");
  expect(JSON.stringify(rejected)).toContain("governs nobody");
});

test("a clean-up acts on its project and on harm elsewhere, in a hook on its project only", async () => {
  const here = project();
  const other = folder(SCALED);
  const nowhere = folder();
  const own = await idle(here.directory, "own");
  const harm = await spinner(nowhere, "harm");
  const spared = [await idle(other, "theirs"), await idle(nowhere, "old-elsewhere")];
  expect(await ripe([own, harm, ...spared])).toBe(true);
  const hook = parse(cleanup, (await runCli(["cleanup", "--hook", "--json", "--yes"], here)).stdout);
  expect(hook.plan.map(({ pid }) => pid)).toEqual([own.root.pid]);
  expect([own, harm].map(({ root }) => isAlive(root))).toEqual([false, true]);
  // on a starved machine four seconds may not show that it wants a core all the time
  const plans: (readonly [number, string])[] = [];
  for (let round = 0; round < 5 && plans.length === 0; round++) {
    const all = parse(cleanup, (await runCli(["cleanup", "--json", "--watch-for", "4s"], here)).stdout);
    plans.push(...all.plan.map(({ pid, rule }) => [pid, rule] as const));
  }
  expect(plans).toEqual([[harm.root.pid, "cpu"]]);
  expect(spared.map(({ root }) => isAlive(root))).toEqual([true, true]);
});

test("in the wrong folder a clean-up says what it does not reach, and the scope reaches it", async () => {
  const here = project(null, SOON);
  const nowhere = folder();
  const old = await idle(nowhere, "old-elsewhere");
  const first = await runCli(["cleanup", "--force", "--yes", "--json"], here);
  expect(parse(cleanup, first.stdout).elsewhere).toMatchObject({ jobs: 1 });
  expect((await runCli(["cleanup", "--force", "--yes"], here)).stdout).toMatch(
    /Nothing is over a limit that holds here; 1 job elsewhere is only shown \([\d.]+ MB\)\. .*--scope user --mode enforce/u,
  );
  expect(await ripe([old])).toBe(true);
  const args = ["cleanup", "--force", "--yes", "--scope", "user", "--mode", "enforce"];
  const env = { ...here.env, BUN_WATCHDOG_PROCESS_TIMEOUT_MS: String(SCALED.processTimeoutMs) };
  expect((await runCli(args, { ...here, env })).exitCode).toBe(0);
  expect(isAlive(old.root)).toBe(false);
});

test("scope user in the account's own file: all of its limits for whoever has no file", async () => {
  const here = project(PROJECT, { ...SCALED, scope: "user" });
  const nowhere = folder();
  await using _ = await startMonitor(here, ["--yes"]);
  const old = await idle(nowhere, "old-elsewhere");
  expect(await dies(old.root)).toBe(true);
});
