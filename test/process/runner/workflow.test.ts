/** The workflow that `--ci github` prints is valid, and its commands do what it is about. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { isolate, place, scriptPath } from "../../support/isolate.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

interface Job {
  readonly needs?: string;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
  readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
}

const commandsOf = ({ steps }: Job): readonly string[] =>
  steps.flatMap(({ run }) => (run === undefined || run.startsWith("bun install") ? [] : [run]));

test("all its commands, job by job", async () => {
  await withTemporary(async (folder) => {
    const body = 'import { test } from "bun:test";\ntest("a", () => {});\n';
    place(folder, Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.test.ts`, body])));
    const bin = join(folder, "node_modules/.bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "bun-isolate"), `#!/bin/sh\nexec sh '${scriptPath}' "$@"\n`);
    chmodSync(join(bin, "bun-isolate"), 0o755);
    const bun = dirname(process.execPath);
    writeFileSync(join(bin, "bunx"), `#!/bin/sh\nexec '${process.execPath}' x "$@"\n`);
    chmodSync(join(bin, "bunx"), 0o755);
    const env = {
      ...process.env,
      HOME: folder,
      PATH: `${bin}:${bun}:${process.env["PATH"]}`,
      GITHUB_ACTIONS: "",
    };
    const run = (command: string): number =>
      Bun.spawnSync(["bash", "-e", "-c", command], {
        cwd: folder,
        env,
        stdio: ["ignore", "ignore", "inherit"],
      }).exitCode;

    const workflow: { jobs: Readonly<Record<string, Job>> } = parse(
      (await isolate(folder, ["test", "--ci", "github"])).stdout,
    );
    const { timings, test: tests, result } = workflow.jobs;
    if (timings === undefined || tests === undefined || result === undefined) throw new Error("no jobs");
    expect([tests.needs, result.needs]).toEqual(["timings", "test"]);
    for (const command of commandsOf(timings)) expect(run(command)).toBe(0);
    const shards = tests.strategy?.matrix.shard ?? [];
    expect(shards).toEqual([1, 2, 3, 4]);
    for (const shard of shards)
      for (const command of commandsOf(tests))
        expect(run(command.replaceAll("${{ matrix.shard }}", String(shard)))).toBe(0);
    for (const command of commandsOf(result)) expect(run(command)).toBe(0);
    for (const left of ["junit.xml", "coverage/lcov.info"]) expect(existsSync(join(folder, left))).toBe(true);
    const known = await Bun.file(join(folder, "test-timings.json")).json();
    expect(Object.keys(known.files)).toHaveLength(5);
  });
});
