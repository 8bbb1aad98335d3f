/** A short walk down the street (test/street): a few of each kind, all at once. The soak plays all of it. */
import { expect } from "bun:test";
import { missing } from "../street/packages.ts";
import { playStreet } from "../street/play.ts";
import { residents } from "../street/street.ts";
import { needs, pidNamespace, type Part } from "../support/skip.ts";

const A_FEW: ReadonlySet<string> = new Set([
  "elysia",
  "hono --hot",
  "a udp server",
  "a file watcher",
  "notes.ts as MCP server",
  "ws bot",
  "in a terminal, with &",
  "nohup server",
  "xargs -P6",
  "a long build in the project",
  "a spin",
  "an orphaned MCP server that idles",
  "a hung test in a monorepo",
]);
const few = residents.filter(({ name }) => A_FEW.has(name));

const theirParts: Part = {
  name: "the street's packages",
  missing: () => missing([...new Set(few.flatMap(({ needs: wanted = [] }) => wanted))]),
};

needs(pidNamespace, theirParts)(
  "neighbours live and runaways die",
  async () => {
    expect(few.map(({ name }) => name).toSorted()).toEqual([...A_FEW].toSorted());
    expect((await playStreet(few)).filter(({ wrong }) => wrong !== null)).toEqual([]);
  },
  300_000,
);
