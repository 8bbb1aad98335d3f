/** What the history has about a process is about that one, and not about others that had its pid. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHistory } from "../../../src/history/store/open.ts";
import { recordsOf } from "../../../src/history/store/read/of-process.ts";

const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-records-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("episodes, kills and the end of one process", () => {
  using database = openHistory(join(directory, "history.db"));
  const verdict = (startMs: number, lastMs: number): unknown =>
    database.run(
      "INSERT INTO verdicts VALUES (10, ?, 'cpu', ?, ?, 'j', NULL, 'bun x', 'runaway', 80, 99, 'spins')",
      [startMs, lastMs, lastMs],
    );
  const kill = (step: string, atMs: number): unknown =>
    database.run(
      "INSERT INTO kills VALUES (?, ?, NULL, 'cpu', 80, 99, 'spins', 10, NULL, NULL, 'bun x', NULL, 1, 0, '[]')",
      [step, atMs],
    );
  verdict(1_000_000, 1_050_000);
  verdict(2_000_000, 2_050_000);
  kill("before", 1_060_000);
  kill("its own", 2_060_000);
  kill("after", 9_000_000);
  database.run(
    "INSERT INTO exits VALUES (10, 2000010, 2060500, 'j', NULL, 'bun x', 'run', 60000, 1, 1, 'cpu')",
  );
  const { verdicts, kills, exit } = recordsOf(database, 10, 2_000_400);
  expect(verdicts.map(({ lastMs }) => lastMs)).toEqual([2_050_000]);
  expect(kills.map(({ step, outcomes }) => [step, outcomes])).toEqual([["its own", []]]);
  expect(exit).toMatchObject({ atMs: 2_060_500, endedBy: "cpu" });
  expect(recordsOf(database, 11, 2_000_000)).toEqual({ verdicts: [], kills: [], exit: null });
});
