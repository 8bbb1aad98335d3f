/** What `bun-isolate test` counts is what plain `bun test FILE` counts, whatever the files are. `npm run soak` plays all ways. */
import { describe, expect, test } from "bun:test";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { isolate, place } from "../../support/isolate.ts";
import { ODD_SUITE, ODD_TESTS, WRITES_SNAPSHOTS } from "../../support/parity/odd-suite.ts";
import { plainCountsOf } from "../../support/parity/plain.ts";
import { THROWN } from "../../support/parity/thrown.ts";
import { drawnWay, PATIENT, unlikePlain } from "../../support/parity/ways.ts";
import { copyZod } from "../../support/parity/zod.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { Random } from "../../support/random.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);
const way = drawnWay(new Random(seed));
const NONE = { unlike: [], unsteady: [] };

test(`every file of zod: ${way.flat().join(" ")} (seed ${seed})`, async () => {
  await withTemporary(async (folder) => {
    const plain = await plainCountsOf(folder, copyZod(folder), { args: PATIENT });
    expect(await unlikePlain(folder, plain, way, PATIENT)).toEqual(NONE);
    expect(Object.keys(plain).length).toBeGreaterThan(150);
    expect(Object.values(plain).some(({ failed }) => failed > 0)).toBe(true);
  });
}, 300_000);

test("files of odd names and kinds, with configuration above and below", async () => {
  await withTemporary(async (folder) => {
    place(folder, ODD_SUITE);
    const plain = await plainCountsOf(folder, ODD_TESTS);
    expect(await unlikePlain(folder, plain, [["--jobs", "4"]])).toEqual(NONE);
  });
});

test("an error that is thrown in any way, at any place", async () => {
  await withTemporary(async (folder) => {
    place(folder, THROWN);
    const plain = await plainCountsOf(folder, Object.keys(THROWN));
    const { unlike } = await unlikePlain(folder, plain, [["--jobs", "4"]]);
    expect(unlike).toEqual([]);
  });
}, 300_000);

describe("which files there are", () => {
  const PASSES = 'import { test } from "bun:test";\ntest("a", () => {});\n';
  test("one that is a link, one that has a link too, and one that is loaded before all of them", async () => {
    await withTemporary(async (folder) => {
      place(folder, {
        "bunfig.toml": '[test]\npreload = ["./loaded.test.ts"]\n',
        "loaded.test.ts": "export {};\n",
        "real.ts": PASSES,
        "twice.test.ts": PASSES,
      });
      symlinkSync("real.ts", join(folder, "link.test.ts"));
      symlinkSync("twice.test.ts", join(folder, "other.test.ts"));
      symlinkSync("nowhere.ts", join(folder, "dangling.test.ts"));
      const plain = await plainCountsOf(folder, ["loaded.test.ts", "real.ts", "twice.test.ts"]);
      expect(await unlikePlain(folder, plain, [[]])).toEqual(NONE);
    });
  });

  test("those of a bunfig.toml whose module cannot be loaded", async () => {
    await withTemporary(async (folder) => {
      place(folder, {
        "bunfig.toml": '[test]\npreload = ["./pre.ts"]\n',
        "pre.ts": "throw 1;",
        "a.test.ts": PASSES,
      });
      const plain = await plainCountsOf(folder, ["a.test.ts"]);
      expect(plain["a.test.ts"]?.errors).toBe(1);
      expect(await unlikePlain(folder, plain, [[]])).toEqual(NONE);
    });
  });
});

/** All that is there when it has run. */
const written = (run: (folder: string) => Promise<unknown>): Promise<readonly string[]> =>
  withTemporary(async (folder) => {
    place(folder, WRITES_SNAPSHOTS);
    await run(folder);
    const left = [...new Bun.Glob("**/*.{ts,snap}").scanSync({ cwd: folder })].toSorted();
    return left.map((file) => `${file}\n${readFileSync(join(folder, file), "utf8")}`);
  });

test("snapshots are written as plain bun test writes them", async () => {
  const ours = await written((folder) => isolate(folder, ["test"], { CI: "false" }));
  const plain = await written((folder) =>
    plainCountsOf(folder, Object.keys(WRITES_SNAPSHOTS), { env: { CI: "false" } }),
  );
  expect(ours).toEqual(plain);
  expect(ours).toHaveLength(3);
});
