import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type Loaded, loadConfig } from "../../../src/config/load.ts";
import type { ConfigError } from "../../../src/config/schema/problem.ts";
import { ConfigWatch } from "../../../src/config/files/watch.ts";
import { until } from "../../support/ready.ts";
import { type Scratch, scratch } from "./scratch.ts";

const KIRO = ".kiro/bun-process-config.json";

interface Watched extends Disposable {
  readonly watch: ConfigWatch;
  readonly changes: readonly Loaded[];
  readonly errors: readonly ConfigError[];
  /** Waits until the last good configuration has this many arming ticks. */
  ticks(count: number): Promise<void>;
  broken(times: number): Promise<void>;
}

const come = async (what: string, condition: () => boolean): Promise<void> => {
  if (!(await until(condition))) throw new Error(`${what} did not come`);
};

async function watched(at: Scratch, cwd = "repo"): Promise<Watched> {
  const home = at.path("home");
  const loaded = await loadConfig({ cwd: at.path(cwd), env: {}, uid: null, home });
  const changes: Loaded[] = [];
  const errors: ConfigError[] = [];
  const watch = new ConfigWatch(
    loaded,
    (next) => changes.push(next),
    (error) => errors.push(error),
  );
  return {
    watch,
    changes,
    errors,
    ticks: (count) => come(`armTicks ${count}`, () => watch.current().settings.armTicks === count),
    broken: (times) => come(`error ${times}`, () => errors.length === times),
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

test("written in place, replaced by an atomic rename, removed and made again", async () => {
  using at = scratch({ "repo/.git/HEAD": "", [`repo/${KIRO}`]: { armTicks: 1 } });
  using w = await watched(at);
  at.write(`repo/${KIRO}`, { armTicks: 2 });
  await w.ticks(2);
  for (const armTicks of [4, 5]) {
    writeFileSync(at.path(`repo/${KIRO}.new`), JSON.stringify({ armTicks }));
    renameSync(at.path(`repo/${KIRO}.new`), at.path(`repo/${KIRO}`));
    await w.ticks(armTicks);
  }
  rmSync(at.path(`repo/${KIRO}`));
  await until(() => w.watch.current().path === null);
  expect(w.watch.current().settings).toMatchObject({ mode: "observe", armTicks: 3 });
  at.write(`repo/${KIRO}`, { armTicks: 6 });
  await w.ticks(6);
  expect(w.watch.current().settings.mode).toBe("enforce");
  expect(w.errors).toEqual([]);
});

test("its directory removed and made again, twice", async () => {
  using at = scratch({ "repo/.git/HEAD": "", [`repo/${KIRO}`]: { armTicks: 1 } });
  using w = await watched(at);
  for (const armTicks of [2, 4]) {
    rmSync(at.path("repo/.kiro"), { recursive: true });
    at.write(`repo/${KIRO}`, { armTicks });
    await w.ticks(armTicks);
    // The new directory has to be the watched one.
    at.write(`repo/${KIRO}`, { armTicks: armTicks + 10 });
    await w.ticks(armTicks + 10);
  }
});

test("broken: told once per way, the last good one stays; mended: told again", async () => {
  using at = scratch({ "repo/.git/HEAD": "", [`repo/${KIRO}`]: { armTicks: 1 } });
  using w = await watched(at);
  at.write(`repo/${KIRO}`, '{ "armTicks": ');
  await w.broken(1);
  expect(w.errors[0]?.format()).toContain(`${at.path(`repo/${KIRO}`)}:1:15: a value is expected here`);
  await w.watch.check();
  expect(w.errors.length).toBe(1);
  at.write(`repo/${KIRO}`, { armTicks: -1 });
  await w.broken(2);
  expect(w.watch.current().settings.armTicks).toBe(1);
  expect(w.changes).toEqual([]);
  at.write(`repo/${KIRO}`, { armTicks: 1 });
  await until(() => w.changes.length === 1);
  expect(w.changes[0]?.settings.armTicks).toBe(1);
});

test("a file that appears where there was none, in the project or at user level", async () => {
  using at = scratch({ "repo/.git/HEAD": "", "repo/a/x": "" });
  using w = await watched(at, "repo/a");
  expect(w.watch.current().path).toBeNull();
  at.write("home/.config/bun-watchdog/config.json", { armTicks: 5 });
  await w.ticks(5);
  at.write(`repo/${KIRO}`, { armTicks: 6 });
  await w.ticks(6);
  at.write("home/.config/bun-watchdog/config.json", { armTicks: 5, killGraceMs: 77 });
  await until(() => w.watch.current().settings.killGraceMs === 77);
  expect(w.watch.current().files).toEqual([
    at.path(`repo/${KIRO}`),
    at.path("home/.config/bun-watchdog/config.json"),
  ]);
});

test("the target of a symbolic link", async () => {
  using at = scratch({ "repo/.git/HEAD": "", "dotfiles/watchdog.json": { armTicks: 1 } });
  mkdirSync(at.path("repo/.kiro"));
  symlinkSync(at.path("dotfiles/watchdog.json"), at.path(`repo/${KIRO}`));
  using w = await watched(at);
  at.write("dotfiles/watchdog.json", { armTicks: 2 });
  await w.ticks(2);
});

test("a touch changes nothing, and after disposal nobody is called", async () => {
  using at = scratch({ "repo/.git/HEAD": "", [`repo/${KIRO}`]: { armTicks: 1 } });
  using w = await watched(at);
  at.write(`repo/${KIRO}`, '{ "armTicks": 1 } // the same');
  await w.watch.check();
  expect(w.changes).toEqual([]);
  w.watch[Symbol.dispose]();
  at.write(`repo/${KIRO}`, { armTicks: 9 });
  await w.watch.check();
  expect(w.changes).toEqual([]);
});
