/** What bun-isolate, `bun test` and `bun test --parallel` make of test files that end badly: one harness for all three. */
import { ENDINGS, FLOOD_BYTES, SUITE } from "../../test/support/isolate-suite.ts";
import { HARNESS_BYTES, HARNESS_MS, RUNNERS, seeEnd, type SeenEnd } from "../../test/support/suite-end.ts";
import {
  atMost,
  type Bar,
  type Measurement,
  type MeasureOptions,
  type Section,
  type Table,
} from "../section.ts";
import { megabytes } from "../support/units.ts";

const cellOf = ({ verdict, ending, ranOther, left }: SeenEnd): string =>
  [
    ...(verdict === null ? [] : [verdict]),
    ending,
    ...(ranOther ? [] : ["the other file does not run"]),
    ...(left === 0 ? [] : [`${left} left alive`]),
  ].join(", ");

export const verdicts: Measurement = async ({ progress }: MeasureOptions): Promise<Section> => {
  const rows: (readonly string[])[] = [];
  const wrong: string[] = [];
  let left = 0;
  const memory = new Map<string, SeenEnd[]>();
  for (const [label, name] of Object.entries(ENDINGS)) {
    progress(label);
    const file = SUITE[name];
    if (file === undefined) throw new Error(`there is no file ${name}`);
    const seen: SeenEnd[] = [];
    for (const runner of RUNNERS) seen.push(await seeEnd(runner, name, file.source));
    const [ours] = seen;
    if (ours?.verdict !== file.verdict || !ours.ranOther) wrong.push(label);
    left += ours?.left ?? 0;
    rows.push([label, ...seen.map(cellOf)]);
    memory.set(name, seen);
  }
  const flood = memory.get("flood.test.ts") ?? [];
  const calm = memory.get("skipped.test.ts") ?? [];
  return {
    title: "Test files that end badly",
    tables: [tableOf(rows), memoryTable(calm, flood)],
    bars: barsOf(wrong, left, flood),
  };
};

const tableOf = (rows: Table["rows"]): Table => ({
  caption: "Each beside another file that passes, in one run",
  columns: ["the file", ...RUNNERS.map(({ name }) => name)],
  rows,
  notes: [
    `bun-isolate has ${RUNNERS[0]?.argv.slice(-4).join(" ")}. What does not end within ${HARNESS_MS / 1_000} s, or holds more than`,
    `${megabytes(HARNESS_BYTES)} of memory, is ended by the harness, with all that it has started.`,
  ],
});

const memoryTable = (calm: readonly SeenEnd[], flood: readonly SeenEnd[]): Table => ({
  caption: `The runner's own process while a file writes ${FLOOD_BYTES / 1e6} MB, and while one writes nothing`,
  columns: ["runner", "anonymous memory", "with the flood", "peak (VmHWM)", "with the flood"],
  // bun test is the process that the tests run in, and writes by itself
  rows: RUNNERS.flatMap(({ name }, at) =>
    name === "bun test" ? [] : [[name, ...memoryCells(calm[at], flood[at])]],
  ),
});

const memoryCells = (calm?: SeenEnd, flood?: SeenEnd): readonly string[] =>
  (["anonBytes", "peakBytes"] as const).flatMap((key) =>
    [calm, flood].map((seen) => megabytes(seen?.[key] ?? Number.NaN)),
  );

const MOST_BYTES = 100 * 1_024 ** 2;
const count = (value: number): string => String(value);

const barsOf = (wrong: readonly string[], left: number, flood: readonly SeenEnd[]): readonly Bar[] => [
  atMost("verdicts of bun-isolate that are wrong", 0, wrong.length, count),
  atMost("processes alive after bun-isolate", 0, left, count),
  atMost(
    `anonymous memory of bun-isolate itself at ${FLOOD_BYTES / 1e6} MB of output`,
    MOST_BYTES,
    flood[0]?.anonBytes ?? Number.NaN,
    megabytes,
  ),
];
