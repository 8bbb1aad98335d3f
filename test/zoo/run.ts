/**
 * `bun run zoo`: every row of the table, ours and the naive version side by side.
 *
 *     bun run zoo [--only Z01,Z05] [--ours | --naive] [--journal]
 *
 * --journal prints what ours wrote wherever it differs. Exit 1 when ours differs from the table.
 */
import { parseArgs } from "node:util";
import { backendName } from "../../src/os/select.ts";
import { namespaceUnavailable } from "../support/namespace.ts";
import { missing, playRow, type Played } from "./play.ts";
import type { ProductName } from "./product.ts";
import type { Row } from "./row.ts";
import { notPlayed, otherwise, table } from "./table.ts";

/** Two at a time: more would make the spinners of one row the starvation of another. */
const AT_A_TIME = 2;

type Results = Map<string, Partial<Record<ProductName, Played>>>;

async function play(
  row: Row,
  products: readonly ProductName[],
  results: Results,
  withJournal: boolean,
): Promise<void> {
  const played: Partial<Record<ProductName, Played>> = {};
  for (const product of products) {
    played[product] = await playRow(row, product).catch((error: unknown) => ({
      asStated: false,
      problems: [shortly(error)],
      bystanders: [],
    }));
  }
  results.set(row.id, played);
  print(row, played, withJournal);
}

/** A stage that breaks prints its source and stack: the error's own line says enough here. */
const shortly = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").find((line) => line.startsWith("error:")) ?? text;
};

const cell = (result: Played | undefined): string =>
  (result === undefined ? "" : result.asStated ? "as stated" : "DIFFERS").padEnd(10);

const lost = (result: Played | undefined): string => {
  const killed = (result?.bystanders ?? []).filter(({ alive }) => !alive).map(({ name }) => name);
  return killed.length === 0 ? "" : `killed bystanders: ${killed.join(", ")}`;
};

function print({ id, title }: Row, played: Partial<Record<ProductName, Played>>, withJournal: boolean): void {
  console.log(`${id.padEnd(12)} ${cell(played.ours)} ${cell(played.naive)} ${title}`);
  for (const product of ["ours", "naive"] as const) {
    const details = [...(played[product]?.problems ?? []), lost(played[product])].filter(
      (text) => text !== "",
    );
    for (const detail of details) console.log(`${"".padEnd(13)}${product}: ${detail}`);
  }
  const differs = played.ours?.asStated === false || lost(played.ours) !== "";
  if (withJournal && differs) for (const line of played.ours?.journal ?? []) console.log(`  ${line}`);
}

function summary(results: Results, product: ProductName): boolean {
  const played = [...results.values()].flatMap((result) => result[product] ?? []);
  const bystanders = played.flatMap((result) => result.bystanders);
  const asStated = played.filter((result) => result.asStated).length;
  const living = bystanders.filter(({ alive }) => alive).length;
  console.log(
    `${product.padEnd(6)} ${asStated} of ${played.length} rows as stated, bystanders ${living} of ${bystanders.length} alive`,
  );
  return asStated === played.length && living === bystanders.length;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      journal: { type: "boolean" },
      ours: { type: "boolean" },
      naive: { type: "boolean" },
    },
  });
  const unavailable = namespaceUnavailable();
  if (unavailable !== null) {
    console.error(`The zoo needs PID namespaces: ${unavailable}`);
    return 1;
  }
  const products: readonly ProductName[] = values.ours
    ? ["ours"]
    : values.naive
      ? ["naive"]
      : ["ours", "naive"];
  const wanted = values.only?.split(",");
  const chosen = table.filter(
    ({ id }) => wanted === undefined || wanted.some((one) => id === one || id.startsWith(`${one}-`)),
  );
  if (chosen.length === 0) {
    console.error(`No row ${values.only}. There are: ${table.map(({ id }) => id).join(" ")}`);
    return 2;
  }
  const playable = chosen.filter((row) => missing(row) === null);
  console.log(`${"row".padEnd(12)} ${"ours".padEnd(10)} ${"naive".padEnd(10)}`);
  const results: Results = new Map();
  const queue = [...playable];
  const worker = async (): Promise<void> => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift())
      await play(row, products, results, values.journal === true);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  for (const row of chosen) {
    const reason = missing(row);
    if (reason !== null) console.log(`${row.id.padEnd(12)} skipped: ${reason}`);
  }
  for (const { id, because } of notPlayed) console.log(`${id.padEnd(12)} not played: ${because}`);
  if (backendName() === "portable") {
    console.log("portable: as stated means otherwise than natively in these rows");
    for (const { id, because } of otherwise) console.log(`${id.padEnd(12)} ${because}`);
  }
  const clean = products.map((product) => summary(results, product));
  return products.includes("ours") && clean[0] !== true ? 1 : 0;
}

process.exitCode = await main();
