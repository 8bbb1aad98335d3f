/**
 * Plays rows in one namespace, with one product, and judges every end. Run by play.ts inside the namespace:
 *
 *     bun test/zoo/stage.ts <ours|naive> <JSON of a Script>
 *
 * Prints one line of JSON, a StageResult, as its last.
 */
import { writeSync } from "node:fs";
import { resolve } from "node:path";
import type { ConfigFile } from "../support/launch.ts";
import { scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { ageMs } from "../support/proc.ts";
import { isAlive, until, type Started } from "../support/ready.ts";
import { placeRows, placeTwins } from "./place.ts";
import { openProduct, type Product, type ProductName, type Running } from "./product.ts";
import type { Site } from "./row.ts";
import { defaults, ripeAgeMs } from "./scale.ts";
import { settled, verdictOn, type RowVerdict } from "./verdict.ts";

export interface Script {
  readonly rows: readonly string[];
  readonly twins: readonly string[];
  readonly by: "cleanup" | "monitor";
  readonly config: ConfigFile;
}

export interface StageResult {
  readonly rows: readonly ({ readonly id: string } & RowVerdict)[];
  readonly bystanders: readonly { readonly name: string; readonly alive: boolean }[];
  /** Of the product as a command: a wrong exit code, no output. */
  readonly trouble: string | null;
  /** What the product wrote, one event a line. */
  readonly journal: readonly string[];
}

/** The longest a row may take to come to its end. What the naive version does not find in this time it never will. */
const END_LIMIT_MS: Readonly<Record<ProductName, number>> = {
  // a look of the portable one takes a tenth of a second and more; so does one on a loaded machine
  ours: 60_000,
  naive: 12_000,
};

async function playStage(name: ProductName, script: Script): Promise<StageResult> {
  requireNamespace();
  using project = scratchProject({ ...defaults, ...script.config });
  const product = openProduct(name, project);
  const site: Site = {
    project,
    bun: process.execPath,
    fixture: (file) => resolve(import.meta.dir, "../fixtures", file),
    scratch: (file) => resolve(project.directory, file),
    looked: () => product.looked(),
  };
  await using cleanUp = new AsyncDisposableStack();
  const running = script.by === "monitor" ? cleanUp.use(await product.monitor()) : null;
  const placedTwins = await placeTwins(script.twins, site, cleanUp);
  const { up: placedRows, notUp } = await placeRows(script.rows, site, cleanUp);
  const innocents = placedRows.map(async ({ animal, fixture }) => await animal.meanwhile?.(site, fixture));
  const ripeMs = ripeAgeMs(script.config);
  const everybody = [...placedTwins, ...placedRows].flatMap(({ fixture }) => fixture?.pids ?? []);

  const trouble = await act(product, running, everybody, ripeMs);
  await Promise.all(placedRows.map((placed) => settled(placed, site, product, END_LIMIT_MS[name])));
  await ripe(
    placedTwins.flatMap(({ fixture }) => fixture?.pids ?? []),
    ripeMs + 3 * defaults.monitoringIntervalMs,
  );
  const stopped = (await running?.stop()) ?? null;

  const bystanders = placedTwins.map((placed) => ({
    name: placed.name,
    alive: placed.fixture?.pids.every(isAlive) ?? false,
  }));
  const innocent = await Promise.all(innocents);
  const rows = await Promise.all(
    placedRows.map(async (placed, index) => ({
      id: placed.name,
      ...(await verdictOn(placed, site, product, name, innocent[index])),
    })),
  );
  const early = notUp.map((id) => ({ id, seen: ["it ended before it was up"], said: [] }));
  for (const { animal, fixture } of placedRows) await animal.after?.(site, fixture);
  const journal = product.told.events().map((event) => JSON.stringify(event));
  return { rows: [...rows, ...early], bystanders, trouble: trouble ?? stopped, journal };
}

/** A monitor acts by itself; a clean-up waits until whoever is to be found is old enough. */
async function act(
  product: Product,
  running: Running | null,
  everybody: readonly Started[],
  ripeMs: number,
): Promise<string | null> {
  if (running !== null) return null;
  await ripe(everybody, ripeMs);
  return await product.cleanup();
}

/** All of them are that old, or gone. */
const ripe = (started: readonly Started[], wantedMs: number): Promise<boolean> =>
  until(() => started.every((one) => !isAlive(one) || ageMs(one) >= wantedMs), wantedMs + 10_000, 100);

if (import.meta.main) {
  const [name, script] = process.argv.slice(2);
  if (name !== "ours" && name !== "naive") throw new Error("usage: stage.ts <ours|naive> <script>");
  writeSync(1, `${JSON.stringify(await playStage(name, JSON.parse(script ?? "{}")))}\n`);
  // what a row left in a session of its own still holds our pipes; it ends with the namespace, which ends with us
  process.exit(0);
}
