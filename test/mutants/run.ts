/**
 * `npm run mutants`: makes one wrong change after the other in a copy of the working tree, runs the tests that should
 * notice, and reports which changes none of them noticed. Exit 1 when fewer than 95 % were noticed, or when the text that
 * a change is to replace no longer stands in its file.
 *
 *     npm run mutants -- [--only J01,J02] [--room src/kill] [--at-a-time 2]
 */
import { parseArgs } from "node:util";
import { namespaceUnavailable, runInNamespace } from "../support/namespace.ts";
import { Checkout } from "./checkout.ts";
import { readMutants, type Mutant } from "./mutant.ts";
import { testsFor } from "./see.ts";

const ENOUGH = 0.95;

type Fate = { readonly is: "killed"; readonly by: string } | { readonly is: "alive" | "stale" | "equal" };

/** A way to run one part; true = a test failed, or none ran. */
type Way = (directory: string, part: string) => Promise<boolean>;

/** As `npm test` does: each file by itself. */
const apart: Way = async (directory, part) => {
  const child = Bun.spawn([process.execPath, "run", "test/run.ts", part], {
    cwd: directory,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  return (await child.exited) !== 0;
};

/** All files in one process, up to the first failure: unit tests take a fraction of the time. */
const together: Way = async (directory, part) => {
  const argv = [process.execPath, "test", "--bail", "--timeout=60000", `test/${part}`];
  return (await runInNamespace(argv, { cwd: directory })).exitCode !== 0;
};

/** Parts that fail without any mutant, by way: their failure notices nothing. */
const broken = new Map<Way, Map<string, Promise<boolean>>>([
  [together, new Map()],
  [apart, new Map()],
]);

async function fateOf(mutant: Mutant, checkout: Checkout): Promise<Fate> {
  if (mutant.equal !== undefined) return { is: "equal" };
  for (const part of testsFor(mutant)) {
    for (const way of part.startsWith("unit/") ? [together, apart] : [apart]) {
      const noticed = await checkout.with(mutant, () => way(checkout.directory, part));
      if (noticed === null) return { is: "stale" };
      if (!noticed) break;
      if (!(await failsAnyway(way, part, checkout))) return { is: "killed", by: part };
    }
  }
  return { is: "alive" };
}

function failsAnyway(way: Way, part: string, checkout: Checkout): Promise<boolean> {
  const known = broken.get(way)?.get(part) ?? way(checkout.directory, part);
  broken.get(way)?.set(part, known);
  return known;
}

function tell({ id, file, breaks, equal }: Mutant, fate: Fate): void {
  const what = fate.is === "killed" ? `killed by ${fate.by}` : fate.is.toUpperCase();
  const why = fate.is === "equal" ? ` (${equal})` : "";
  console.log(`${id.padEnd(6)} ${what.padEnd(32)} ${file}: ${breaks}${why}`);
}

async function play(mutants: readonly Mutant[], atATime: number): Promise<readonly Fate[]> {
  const waiting = [...mutants];
  const fates: Fate[] = [];
  const worker = async (): Promise<void> => {
    using checkout = new Checkout();
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const fate = await fateOf(mutant, checkout);
      fates.push(fate);
      tell(mutant, fate);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, mutants.length) }, worker));
  return fates;
}

function chosen(only: string | undefined, room: string): readonly Mutant[] {
  const ids = only?.split(",");
  return readMutants().filter(({ id, file }) => (ids?.includes(id) ?? true) && file.startsWith(room));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      room: { type: "string", default: "" },
      "at-a-time": { type: "string", default: "2" },
    },
  });
  const unavailable = namespaceUnavailable();
  if (unavailable !== null) {
    console.error(`The mutants need PID namespaces: ${unavailable}`);
    return 1;
  }
  const mutants = chosen(values.only, values.room);
  if (mutants.length === 0) {
    console.error(
      `No mutant is meant by --only ${values.only} --room ${values.room}; see test/mutants/mutants.json.`,
    );
    return 2;
  }
  const fates = await play(mutants, Number(values["at-a-time"]));
  const count = (is: Fate["is"]): number => fates.filter((fate) => fate.is === is).length;
  for (const [part, failed] of broken.get(apart) ?? [])
    if (await failed) console.log(`${part} fails without any mutant: mend that first`);
  const share = count("killed") / (mutants.length - count("equal"));
  console.log(
    `mutants        ${mutants.length}: ${count("killed")} killed (${(100 * share).toFixed(1)} %), ${count("alive")} alive, ` +
      `${count("equal")} equal in behaviour, ${count("stale")} stale`,
  );
  return share >= ENOUGH && count("stale") === 0 ? 0 : 1;
}

process.exitCode = await main();
