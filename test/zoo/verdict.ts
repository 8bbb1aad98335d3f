/** Whether a row came out as the table states. */
import { isAlive, until, type Started } from "../support/ready.ts";
import { notReached, notSaid, reached } from "./ends.ts";
import type { PlacedRow } from "./place.ts";
import type { Product, ProductName } from "./product.ts";
import type { Row, Seen, Site } from "./row.ts";
import type { Told } from "./told.ts";

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

export interface RowVerdict {
  /** What /proc and the disk show and the row does not state: survivors, cut-short clean-ups, dead innocents. */
  readonly seen: readonly string[];
  /** What our product was to say and did not. */
  readonly said: readonly string[];
}

/** Both lists are empty when everything is as the row states. */
export async function verdictOn(
  { animal, fixture }: PlacedRow,
  site: Site,
  { told }: Product,
  name: ProductName,
  innocent: Started | null | undefined,
): Promise<RowVerdict> {
  const at: Seen = { site, fixture, told };
  const ends = fixture.pids.map((started, index) => ({ started, end: endOf(animal, index) }));
  const seen = [
    ...ends.map(({ end, started }) => notReached(end, started)),
    animal.meanwhile === undefined ? null : harmed(innocent),
    (await animal.shows?.(at)) ?? null,
  ];
  const said =
    name === "naive"
      ? []
      : [
          ...ends.map(({ end, started }) => (reached(end, started) ? notSaid(end, started, told) : null)),
          otherRule(animal, told),
          (await animal.states?.(at)) ?? null,
        ];
  return { seen: seen.filter((text) => text !== null), said: said.filter((text) => text !== null) };
}

function harmed(innocent: Started | null | undefined): string | null {
  if (innocent === null || innocent === undefined) return "its pid could not be given to somebody else";
  return isAlive(innocent) ? null : `${innocent.pid} belonged to an innocent and was killed`;
}

function otherRule({ rule }: Row, told: Told): string | null {
  if (rule === null) return null;
  const stated: readonly string[] = [rule].flat();
  if (told.rules().some((each) => stated.includes(each))) return null;
  return `acted under ${told.rules().join(", ") || "no rule"}, not ${stated.join(" or ")}`;
}
