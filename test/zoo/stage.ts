/**
 * Plays rows in one namespace, with one product, and judges every end. Run by play.ts inside the namespace:
 *
 *     bun test/zoo/stage.ts <ours|naive> <JSON of a Script>
 *
 * Prints one line of JSON, a StageResult, as its last.
 */
import { resolve } from "node:path";
import type { ConfigFile } from "../support/launch.ts";
import { scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { ageMs } from "../support/proc.ts";
import { isAlive, startFixture, until, type Fixture, type Started } from "../support/ready.ts";
import { judge, reached } from "./ends.ts";
import { openProduct, type Product, type ProductName, type Running } from "./product.ts";
import type { Animal, Row, Seen, Site } from "./row.ts";
import { defaults, ripeAgeMs } from "./scale.ts";
import { table } from "./table.ts";
import { twins } from "./twins.ts";

export interface Script {
  readonly rows: readonly string[];
  readonly twins: readonly string[];
  readonly by: "cleanup" | "monitor";
  readonly config: ConfigFile;
}

export interface StageResult {
  readonly rows: readonly { readonly id: string; readonly problems: readonly string[] }[];
  readonly bystanders: readonly { readonly name: string; readonly alive: boolean }[];
  /** Of the product as a command: a wrong exit code, no output. */
  readonly trouble: string | null;
  /** What the product wrote, one event a line. */
  readonly journal: readonly string[];
}

interface Placed<Kind extends Animal> {
  readonly name: string;
  readonly animal: Kind;
  readonly fixture: Fixture;
}

/** The longest a row may take to come to its end, over and above the ages the policy speaks of. */
const END_LIMIT_MS = 20_000;

async function playStage(name: ProductName, script: Script): Promise<StageResult> {
  requireNamespace();
  using project = scratchProject({ ...defaults, ...script.config });
  const site: Site = {
    project,
    bun: process.execPath,
    fixture: (file) => resolve(import.meta.dir, "../fixtures", file),
    scratch: (file) => resolve(project.directory, file),
    intervalMs: defaults.monitoringIntervalMs,
  };
  await using cleanUp = new AsyncDisposableStack();
  const product = openProduct(name, project);
  const running = script.by === "monitor" ? cleanUp.use(await product.monitor()) : null;
  const placedTwins = await place(script.twins.map(twin), site, cleanUp);
  const placedRows = await place(script.rows.map(row), site, cleanUp);
  const innocents = placedRows.map(async ({ animal, fixture }) => await animal.meanwhile?.(site, fixture));
  const ripeMs = ripeAgeMs(script.config);
  const everybody = [...placedTwins, ...placedRows].flatMap(({ fixture }) => fixture.pids);

  const trouble = await act(product, running, everybody, ripeMs);
  await Promise.all(placedRows.map((placed) => settled(placed, site, product)));
  await ripe(
    placedTwins.flatMap(({ fixture }) => fixture.pids),
    ripeMs + 3 * site.intervalMs,
  );
  const stopped = (await running?.stop()) ?? null;

  const bystanders = placedTwins.map((placed) => ({
    name: placed.name,
    alive: placed.fixture.pids.every(isAlive),
  }));
  const innocent = await Promise.all(innocents);
  const rows = await Promise.all(
    placedRows.map(async (placed, index) => ({
      id: placed.name,
      problems: await problems(placed, site, product, name, innocent[index]),
    })),
  );
  for (const { animal, fixture } of placedRows) await animal.after?.(site, fixture);
  const journal = product.told.events().map((event) => JSON.stringify(event));
  return { rows, bystanders, trouble: trouble ?? stopped, journal };
}

const row = (id: string): readonly [string, Row] => {
  const found = table.find((entry) => entry.id === id);
  if (found === undefined)
    throw new Error(`no row ${id}; there are ${table.map((entry) => entry.id).join(" ")}`);
  return [id, found];
};

const twin = (name: string): readonly [string, Animal] => {
  const found = twins[name];
  if (found === undefined) throw new Error(`no twin ${name}; there are ${Object.keys(twins).join(" ")}`);
  return [name, found];
};

/** Starts them one after the other: where age decides, the table means this order. */
async function place<Kind extends Animal>(
  animals: readonly (readonly [string, Kind])[],
  site: Site,
  cleanUp: AsyncDisposableStack,
): Promise<readonly Placed<Kind>[]> {
  const placed: Placed<Kind>[] = [];
  for (const [name, animal] of animals) {
    const { argv, ...options } = await animal.start(site);
    const fixture = cleanUp.use(await startFixture(argv, { cwd: site.project.directory, ...options }));
    await animal.onceUp?.(site, fixture);
    placed.push({ name, animal, fixture });
  }
  return placed;
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

const endOf = ({ ends }: Row, index: number): Row["ends"][number] => {
  const end = ends[index] ?? ends.at(-1);
  if (end === undefined) throw new Error("a row states at least one end");
  return end;
};

async function settled({ animal, fixture }: Placed<Row>, site: Site, { told }: Product): Promise<void> {
  const seen: Seen = { site, fixture, told };
  await until(
    () =>
      fixture.pids.every((started, index) => reached(endOf(animal, index), started)) &&
      (animal.awaits === undefined || animal.awaits(seen)),
    END_LIMIT_MS,
    100,
  );
}

async function problems(
  { animal, fixture }: Placed<Row>,
  site: Site,
  { told }: Product,
  name: ProductName,
  innocent: Started | null | undefined,
): Promise<readonly string[]> {
  const said = name === "ours" ? told : null;
  const found = fixture.pids.map((started, index) => judge(endOf(animal, index), started, said));
  if (animal.meanwhile !== undefined) {
    if (innocent === null || innocent === undefined)
      found.push("its pid could not be given to somebody else");
    else if (!isAlive(innocent)) found.push(`${innocent.pid} belonged to an innocent and was killed`);
  }
  const { rule } = animal;
  if (rule !== null && name === "ours" && !told.rules().includes(rule)) {
    found.push(`acted under ${told.rules().join(", ") || "no rule"}, not ${rule}`);
  }
  if (name === "ours") found.push((await animal.states?.({ site, fixture, told })) ?? null);
  return found.filter((problem) => problem !== null);
}

if (import.meta.main) {
  const [name, script] = process.argv.slice(2);
  if (name !== "ours" && name !== "naive") throw new Error("usage: stage.ts <ours|naive> <script>");
  console.log(JSON.stringify(await playStage(name, JSON.parse(script ?? "{}"))));
}
