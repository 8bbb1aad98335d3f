/** What is kept of test files from run to run: nobody's is lost, and shards are made of it. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isolateJson, place } from "../../support/isolate.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

/** Fails the first time. */
const FLAKY =
  'import { existsSync, writeFileSync } from "node:fs";\nimport { expect, test } from "bun:test";\ntest("a", () => { const seen = existsSync(`${import.meta.path}.seen`); writeFileSync(`${import.meta.path}.seen`, ""); expect(seen).toBe(true); });\n';
const PASSES = 'import { test } from "bun:test";\ntest("a", () => {});\n';

test("runs that end at once, in one folder and in several, all add to one file", async () => {
  await withTemporary(async (folder) => {
    const names = Array.from({ length: 8 }, (_, at) => (at < 4 ? `${at}.test.ts` : `${at}/${at}.test.ts`));
    place(folder, Object.fromEntries(names.map((name) => [name, FLAKY])));
    const timings = join(folder, "times.json");
    const reports = await Promise.all(
      names.map((name) => {
        const [below = "", file = ""] = name.includes("/") ? name.split("/") : ["", name];
        const args = ["test", `./${file}`, "--retry", "1", "--timings", timings];
        return isolateJson(join(folder, below), args, { XDG_STATE_HOME: join(folder, ".state") });
      }),
    );
    expect(reports.map(({ code, flaky }) => [code, flaky.length])).toEqual(names.map(() => [0, 1]));
    const { files } = JSON.parse(readFileSync(timings, "utf8"));
    expect(Object.keys(files).toSorted()).toEqual(names.map((_, at) => `${at}.test.ts`));
    for (const known of Object.values(files)) expect(known).toMatchObject({ flakyRuns: 1 });
  });
}, 60_000);

test("shards of an uneven suite take the same time by what is known of it", async () => {
  await withTemporary(async (folder) => {
    // one that is as long as all the others
    const tookMs = [9_000, 3_000, 3_000, 1_500, 500, 500, 250, 250];
    const known = tookMs.map((ms, at) => [`${at}.test.ts`, ms] as const);
    place(folder, Object.fromEntries(known.map(([name]) => [name, PASSES])));
    const files = Object.fromEntries(known.map(([name, ms]) => [name, { tookMs: ms }]));
    for (const [count, expected] of [
      [2, [9_000, 9_000]],
      [3, [9_000, 4_500, 4_500]],
    ] as const) {
      const sums: number[] = [];
      for (let index = 1; index <= count; index++) {
        writeFileSync(join(folder, "times.json"), JSON.stringify({ files }));
        const args = ["test", "--shard", `${index}/${count}`, "--timings", "times.json"];
        const report = await isolateJson(folder, args);
        sums.push(report.files.reduce((sum, { file }) => sum + (files[file]?.tookMs ?? 0), 0));
        // all shards see the same
        expect(JSON.parse(readFileSync(join(folder, "times.json"), "utf8")).files[`0.test.ts`].tookMs).toBe(
          9_000,
        );
      }
      expect(sums).toEqual([...expected]);
    }
  });
}, 60_000);
