import { expect, test } from "bun:test";
import { isTwin } from "../../../src/kill/respawn.ts";
import { other, sample } from "../launch/samples.ts";

const victim = sample(10, 5, { sid: 10 });

test("a twin runs the same program with the same arguments in the same place", () => {
  expect(isTwin(victim, sample(20, 1))).toBe(true);
  expect(isTwin(victim, sample(20, 1, { argv: ["/usr/bin/bun", "work.ts"] }))).toBe(true);
});

test.each([
  ["a counter behind its script", ["bun", "work.ts", "2"]],
  ["the script's whole path", ["/usr/bin/bun", "/project/work.ts", "--life=3"]],
  ["bun run", ["bun", "run", "work.ts"]],
])("%s: what starts itself again is a twin", (_name, argv) => {
  expect(isTwin(victim, sample(20, 1, { argv }))).toBe(true);
});

const inline = (code: string) => sample(20, 1, { argv: ["bun", "-e", code] });
const served = (script: string) => sample(20, 1, { argv: ["bun", "--port", "80", script] });

test("a value of an option is no script", () => {
  expect(isTwin(inline("a()"), inline("b()"))).toBe(false);
  expect(isTwin(inline("a()"), inline("a()"))).toBe(true);
  expect(isTwin(served("a.ts"), served("b.ts"))).toBe(false);
});

test.each([
  ["another executable", { id: { pid: 20, startTicks: 200, exe: "8:2" } }],
  ["another script", { argv: ["bun", "play.ts"] }],
  ["another directory", { cwd: "/elsewhere" }],
  ["another account", { uid: 1001 }],
  ["unreadable arguments", { argv: null }],
  ["an unreadable directory", { cwd: null }],
] as const)("%s makes no twin", (_name, more) => {
  expect(isTwin(victim, sample(20, 1, more))).toBe(false);
});

test("what cannot be read is equal to nothing, not even to itself", () => {
  const hidden = sample(10, 5, { cwd: null });
  expect(isTwin(hidden, hidden)).toBe(false);
  const unknown = sample(10, 5, { id: { pid: 10, startTicks: 1, exe: null } });
  expect(isTwin(unknown, unknown)).toBe(false);
});

test("two sleeps are no twins: only Bun processes come back as victims", () => {
  expect(isTwin(other(10, 5), other(20, 1))).toBe(false);
});
