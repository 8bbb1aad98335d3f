/** All of zod's test files count as plain `bun test FILE` counts them, at several numbers of jobs and in every split. */
import { copyZod, plainCountsOf } from "../support/isolate-zod.ts";
import { isolateJson } from "../support/isolate.ts";
import { withTemporary } from "../support/temporary.ts";

export interface IsolateReport {
  readonly files: number;
  readonly runs: number;
  /** A file that is missing, or counts otherwise, with the run in which it did. */
  readonly unlike: readonly string[];
}

const RUNS: readonly (readonly (readonly string[])[])[] = [
  [["--jobs", "1"]],
  [["--jobs", "2"]],
  [["--jobs", "8"]],
  [
    ["--shard", "1/2"],
    ["--shard", "2/2"],
  ],
  ["1/5", "2/5", "3/5", "4/5", "5/5"].map((shard) => ["--shard", shard]),
];

export const isolateRounds = (): Promise<IsolateReport> =>
  withTemporary(async (folder) => {
    const plain = await plainCountsOf(folder, copyZod(folder));
    const unlike: string[] = [];
    for (const parts of RUNS) {
      const reports = [];
      for (const args of parts) reports.push(await isolateJson(folder, ["test", ...args]));
      const found = reports.flatMap(({ files }) => files);
      const name = parts.flat().join(" ");
      if (found.length !== Object.keys(plain).length) unlike.push(`${name}: ${found.length} files`);
      for (const { file, counts } of found)
        if (!Bun.deepEquals(counts, plain[file])) unlike.push(`${name}: ${file} ${JSON.stringify(counts)}`);
    }
    return { files: Object.keys(plain).length, runs: RUNS.length, unlike };
  });
