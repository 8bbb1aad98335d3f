/** Sets rows and twins up, one after the other: where age decides, the table means this order. */
import { startFixture, type Fixture } from "../support/ready.ts";
import type { Animal, Row, Site } from "./row.ts";
import { table } from "./table.ts";
import { twins } from "./twins.ts";

export interface PlacedRow {
  readonly name: string;
  readonly animal: Row;
  readonly fixture: Fixture;
}

export interface PlacedRows {
  readonly up: readonly PlacedRow[];
  /** Ids of rows that did not come up: a product may kill what is only starting. */
  readonly notUp: readonly string[];
}

export interface PlacedTwin {
  readonly name: string;
  /** null = it did not come up. */
  readonly fixture: Fixture | null;
}

export async function placeRows(
  ids: readonly string[],
  site: Site,
  cleanUp: AsyncDisposableStack,
): Promise<PlacedRows> {
  const up: PlacedRow[] = [];
  const notUp: string[] = [];
  for (const id of ids) {
    const animal = table.find((entry) => entry.id === id);
    if (animal === undefined)
      throw new Error(`no row ${id}; there are ${table.map((entry) => entry.id).join(" ")}`);
    const fixture = await bringUp(animal, site, cleanUp);
    if (fixture === null) notUp.push(id);
    else up.push({ name: id, animal, fixture });
  }
  return { up, notUp };
}

export async function placeTwins(
  names: readonly string[],
  site: Site,
  cleanUp: AsyncDisposableStack,
): Promise<readonly PlacedTwin[]> {
  const placed: PlacedTwin[] = [];
  for (const name of names) {
    const animal = twins[name];
    if (animal === undefined) throw new Error(`no twin ${name}; there are ${Object.keys(twins).join(" ")}`);
    placed.push({ name, fixture: await bringUp(animal, site, cleanUp) });
  }
  return placed;
}

async function bringUp(animal: Animal, site: Site, cleanUp: AsyncDisposableStack): Promise<Fixture | null> {
  const { argv, ...options } = await animal.start(site);
  try {
    const cwd = site.project.directory;
    // what a fixture writes goes with the project, however the fixture ends
    const env = { TMPDIR: cwd, ...options.env };
    const fixture = cleanUp.use(await startFixture(argv, { cwd, ...options, env }));
    await animal.onceUp?.(site, fixture);
    return fixture;
  } catch (error) {
    // what was killed on its way up prints no ready line
    console.error(error);
    return null;
  }
}
