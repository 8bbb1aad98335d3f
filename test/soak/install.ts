/**
 * Installs the packed tarball in every usual way, and runs every program then: with the project's Bun, an older one, one on
 * PATH, and none. Downloads package managers and Nodes. `bun run test/soak/install.ts [part of a way's name]` plays some.
 */
import { Cell, type Seen } from "../support/install/cell.ts";
import { WAYS, type Way } from "../support/install/ways.ts";
import { makeWorld, type World } from "../support/install/world.ts";
import { devDependencies } from "../../package.json" with { type: "json" };

const NODES = [
  ["node20", "npm10"],
  ["node22", "npm11"],
  ["node24", "npm11"],
] as const;

const VERSIONS = { own: devDependencies.bun, older: "1.3.9" };

function* cellsOf(world: World, way: Way): Generator<Cell> {
  if (way.manager === "bun") yield new Cell(world, way, null, way.manager);
  else
    for (const [node, npm] of NODES)
      yield new Cell(world, way, node, way.manager === "npm" ? npm : way.manager);
}

const isRight = (seen: Seen): boolean => Object.values(seen).every((problem) => problem === null);

async function play(world: World, ways: readonly Way[]): Promise<boolean> {
  let isClean = true;
  for (const way of ways)
    for (const cell of cellsOf(world, way)) {
      const seen = await cell.play(VERSIONS);
      const words = Object.entries(seen).map(
        ([what, problem]) => `${what}: ${problem === null ? "ok" : "WRONG"}`,
      );
      console.log(
        `install        ${way.name.padEnd(26)} ${(cell.node ?? "no Node").padEnd(8)} ${words.join(", ")}`,
      );
      for (const [what, problem] of Object.entries(seen))
        if (problem !== null) console.log(`  ${what}: ${problem}`);
      isClean &&= isRight(seen);
    }
  return isClean;
}

const [part = ""] = process.argv.slice(2);
using world = await makeWorld();
process.exitCode = (await play(
  world,
  WAYS.filter(({ name }) => name.includes(part)),
))
  ? 0
  : 1;
