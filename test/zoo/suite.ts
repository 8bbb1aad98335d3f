/** The table as tests: one per row, and one per twin over all the rows that it stood beside. */
import { describe, expect, test } from "bun:test";
import { unavailable, pidNamespace } from "../support/skip.ts";
import { missing, playRow, type Played } from "./play.ts";
import type { Row } from "./row.ts";
import { twins } from "./twins.ts";

const ROW_LIMIT_MS = 120_000;

const canPlay = (row: Row): boolean =>
  unavailable(pidNamespace, { name: `zoo ${row.id}`, missing: () => missing(row) }) === null;

export function zooSuite(rows: readonly Row[]): void {
  const played = new Map<string, Played>();
  const playable = rows.filter(canPlay);

  describe("the zoo ends as stated", () => {
    for (const row of rows) {
      const declare = playable.includes(row) ? test : test.skip;
      declare(
        `${row.id}: ${row.title}`,
        async () => {
          const result = await playRow(row, "ours");
          played.set(row.id, result);
          expect(result.problems).toEqual([]);
        },
        ROW_LIMIT_MS,
      );
    }
  });

  describe("the twins live", () => {
    for (const name of new Set(playable.flatMap((row) => row.twins))) {
      test(`${name}: ${twins[name]?.title}`, () => {
        const stood = playable.filter((row) => row.twins.includes(name));
        const lived = stood.filter(({ id }) =>
          played.get(id)?.bystanders.some((twin) => twin.name === name && twin.alive),
        );
        expect(lived.map(({ id }) => id)).toEqual(stood.map(({ id }) => id));
      });
    }
  });
}
