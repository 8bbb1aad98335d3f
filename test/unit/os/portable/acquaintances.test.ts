import { expect, test } from "bun:test";
import { Acquaintances } from "../../../../src/os/portable/acquaintances.ts";
import type { SeenProcess } from "../../../../src/os/portable/reading.ts";

const seen: SeenProcess = {
  pid: 20,
  ppid: 1,
  pgid: 20,
  sid: 20,
  uid: 1_000,
  nested: false,
  threads: 1,
  terminal: false,
  foreground: false,
  state: "sleeping",
  startS: 1_000,
  exe: "/usr/bin/bun",
  runtime: "bun",
  argv: ["bun", "a.ts"],
  name: "bun",
  cpuMs: 0,
  rssBytes: 0,
  ageMs: 100,
  ageErrorMs: 30,
};

test("a working directory is asked for until it is known, and then now and then", () => {
  const known = new Acquaintances();
  let atMs = 0;
  const asked = (): boolean => known.meet([seen], (atMs += 10)).includes(20);
  expect([asked(), asked()]).toEqual([true, true]);
  known.settle(new Map([[20, "/srv/shop"]]));
  expect(Array.from({ length: 14 }, asked)).not.toContain(true);
  expect([asked(), asked()]).toEqual([true, false]);
  expect(known.of(seen, atMs).cwd).toBe("/srv/shop");
});

test("one that may not be looked at is not asked for at every reading for ever", () => {
  const known = new Acquaintances();
  for (let reading = 1; reading < 20; reading++) known.meet([seen], reading);
  expect(known.meet([seen], 20)).toEqual([]);
});

test("the first reading says how old it is, and how far off that may be, whatever the later ones say", () => {
  const known = new Acquaintances();
  known.meet([seen], 1_000);
  const later = { ...seen, ageMs: 900, ageErrorMs: 400 };
  known.meet([later], 2_000);
  expect(known.of(later, 2_000)).toMatchObject({ ageMs: 1_100, ageErrorMs: 30 });
});
