/** A suite that nobody here wrote: what plain `bun test FILE` counts, at any number of jobs and in any shards. */
import { expect, test } from "bun:test";
import { isolateJson } from "../../support/isolate.ts";
import { copyZod, plainCountsOf } from "../../support/isolate-zod.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

/** All of them: `npm run soak`. */
const EVERY = 12;

test("every file of zod counts as plain bun test counts it", async () => {
  await withTemporary(async (folder) => {
    const files = copyZod(folder).filter((_, at) => at % EVERY === 0);
    const plain = await plainCountsOf(folder, files);
    const paths = files.map((file) => `./${file}`);
    const whole = await isolateJson(folder, ["test", ...paths, "--jobs", "3"]);
    const shards = [
      await isolateJson(folder, ["test", ...paths, "--shard", "1/2", "--jobs", "1"]),
      await isolateJson(folder, ["test", ...paths, "--shard", "2/2", "--jobs", "2"]),
    ];
    for (const reports of [[whole], shards]) {
      const counts = reports.flatMap((report) =>
        report.files.map((file) => [file.file, file.counts] as const),
      );
      expect(counts).toHaveLength(files.length);
      expect(Object.fromEntries(counts)).toEqual(plain);
    }
    expect(files.length).toBeGreaterThan(15);
    expect(Object.values(plain).some(({ failed }) => failed > 0)).toBe(true);
  });
});
