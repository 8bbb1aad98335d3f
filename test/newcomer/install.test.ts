/** The packed tarball, installed in the ways that need nothing but what this machine has; all others: soak --only install. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Cell } from "../support/install/cell.ts";
import { WAYS } from "../support/install/ways.ts";
import { makeWorld, type World } from "../support/install/world.ts";

let world: World;
beforeAll(async () => {
  world = await makeWorld("own");
});
afterAll(() => world[Symbol.dispose]());

test.each([["npm install", "machine"] as const, ["bun add -g", null] as const])(
  "%s: every program runs on a Bun of PATH, and says what is missing where there is none",
  async (name, node) => {
    const way = WAYS.find((each) => each.name === name)!;
    const seen = await new Cell(world, way, node, way.manager).play(null);
    expect(seen).toEqual({ install: null, "Bun on PATH": null, "no Bun": null });
  },
);
