/** Whether a row came out as the table states. */
import { isAlive, until, type Started } from "../support/ready.ts";
import { judge, reached } from "./ends.ts";
import type { PlacedRow } from "./place.ts";
import type { Product, ProductName } from "./product.ts";
import type { Row, Seen, Site } from "./row.ts";

const endOf = ({ ends }: Row, index: number): Row["ends"][number] => {
  const end = ends[index] ?? ends.at(-1);
  if (end === undefined) throw new Error("a row states at least one end");
  return end;
};

/** Waits until a row has come to its ends, or for as long as it may take. */
export async function settled(
  { animal, fixture }: PlacedRow,
  site: Site,
  { told }: Product,
  limitMs: number,
): Promise<void> {
  const seen: Seen = { site, fixture, told };
  await until(
    () =>
      fixture.pids.every((started, index) => reached(endOf(animal, index), started)) &&
      (animal.awaits === undefined || animal.awaits(seen)),
    limitMs,
    100,
  );
}

/** Everything that is not as the row states; empty when all is. */
export async function problems(
  { animal, fixture }: PlacedRow,
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
  const seen: Seen = { site, fixture, told };
  found.push((await animal.shows?.(seen)) ?? null);
  if (name === "ours") found.push((await animal.states?.(seen)) ?? null);
  return found.filter((problem) => problem !== null);
}
