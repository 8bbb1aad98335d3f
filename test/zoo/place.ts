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

export interface PlacedTwin {
  readonly name: string;
  /** null = it did not come up: a product may kill what is only starting. */
  readonly fixture: Fixture | null;
}

export async function placeRows(
  ids: readonly string[],
  site: Site,
  cleanUp: AsyncDisposableStack,
): Promise<readonly PlacedRow[]> {
  const placed: PlacedRow[] = [];
  for (const id of ids) {
    const animal = table.find((entry) => entry.id === id);
    if (animal === undefined)
      throw new Error(`no row ${id}; there are ${table.map((entry) => entry.id).join(" ")}`);
    placed.push({ name: id, animal, fixture: await bringUp(animal, site, cleanUp) });
  }
  return placed;
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
    const fixture = await bringUp(animal, site, cleanUp).catch((error: unknown) => {
      console.error(error);
      return null;
    });
    placed.push({ name, fixture });
  }
  return placed;
}

async function bringUp(animal: Animal, site: Site, cleanUp: AsyncDisposableStack): Promise<Fixture> {
  const { argv, ...options } = await animal.start(site);
  const fixture = cleanUp.use(await startFixture(argv, { cwd: site.project.directory, ...options }));
  await animal.onceUp?.(site, fixture);
  return fixture;
}
