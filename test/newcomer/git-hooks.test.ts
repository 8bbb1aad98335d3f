/** `bun run bun:cleanup` in a pre-commit hook: the runaway dies, what the commit itself runs lives, the commit goes through. */
import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, until } from "../support/ready.ts";
import { needs } from "../support/skip.ts";
import { fixture } from "./bystander.ts";
import { gitRepository } from "./git-repository.ts";
import { startRunaway } from "./scaled.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const LIMITS = {
  processTimeoutMs: 600,
  monitoringIntervalMs: 300,
  killGraceMs: 1_000,
  maxConcurrentProcesses: 1,
  concurrencyMinAgeMs: 0,
};

const lefthook = {
  name: "lefthook",
  missing: () => {
    const { exitCode, stderr } = Bun.spawnSync(["lefthook", "version"], { stdout: "ignore" });
    return exitCode === 0
      ? null
      : `its optional binary package is not installed: ${stderr.toString().trim()}`;
  },
};

needs("git")("husky 9: the hook ends the runaway and lets the commit through", async () => {
  using repository = await gitRepository(LIMITS, { prepare: "husky" });
  expect((await repository.run("bun", "run", "prepare")).exitCode).toBe(0);
  writeFileSync(join(repository.directory, ".husky/pre-commit"), "bun run bun:cleanup\n");
  await using runaway = await startRunaway();
  await until(() => ageMs(runaway.root) > LIMITS.processTimeoutMs);
  const commit = await repository.commit();
  expect(commit.exitCode).toBe(0);
  expect(await repository.commits()).toBe(1);
  expect(isAlive(runaway.root)).toBe(false);
  expect(commit.stderr).toContain("1 stopped, none survived.");
});

needs("git", lefthook)(
  "parallel lefthook: siblings over the limits live and finish, the runaway dies",
  async () => {
    using repository = await gitRepository(LIMITS);
    const waited = "until [ -e lint.up ] && [ -e tests.up ]; do sleep 0.05; done";
    const limitMs = LIMITS.processTimeoutMs;
    writeFileSync(
      join(repository.directory, "lefthook.yml"),
      JSON.stringify({
        "pre-commit": {
          parallel: true,
          commands: {
            cleanup: { run: `${waited}; bun run bun:cleanup; code=$?; touch cleanup.done; exit $code` },
            lint: { run: `bun ${fixture("hook-sibling.ts")} lint ${limitMs}` },
            tests: { run: `LIMIT_MS=${limitMs} bun test ${fixture("hook-sibling.fixture.ts")}` },
          },
        },
      }),
    );
    expect((await repository.run("lefthook", "install")).exitCode).toBe(0);
    await using runaway = await startRunaway();
    const commit = await repository.commit();
    const finished = ["lint", "tests"].filter((name) =>
      existsSync(join(repository.directory, `${name}.finished`)),
    );
    expect({ finished, exitCode: commit.exitCode }).toEqual({ finished: ["lint", "tests"], exitCode: 0 });
    expect(await repository.commits()).toBe(1);
    expect(isAlive(runaway.root)).toBe(false);
  },
);

needs("git")("a hook is no place for the limit on jobs", async () => {
  using repository = await gitRepository({ ...LIMITS, processTimeoutMs: 600_000 });
  const hook = join(repository.directory, ".git/hooks/pre-commit");
  writeFileSync(hook, "#!/bin/sh\nbun run bun:cleanup\n", { mode: 0o755 });
  await using first = await startRunaway("first");
  await using second = await startRunaway("second");
  expect((await repository.commit()).exitCode).toBe(0);
  // two jobs where one may run: outside a hook this ends one of them
  expect([first, second].map(({ root }) => isAlive(root))).toEqual([true, true]);
  expect((await repository.run("bun", "run", "bun:cleanup")).exitCode).toBe(0);
  expect([first, second].filter(({ root }) => isAlive(root))).toHaveLength(1);
});

test("the fixtures can fail: without the hook the runaway lives", async () => {
  using repository = await gitRepository(LIMITS);
  await using runaway = await startRunaway();
  await until(() => ageMs(runaway.root) > LIMITS.processTimeoutMs);
  expect((await repository.commit()).exitCode).toBe(0);
  expect(isAlive(runaway.root)).toBe(true);
});
