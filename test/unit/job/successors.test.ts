import { expect, test } from "bun:test";
import type { ProcessSample } from "../../../src/core/process.ts";
import { findSuccessors, type Skin } from "../../../src/job/successors.ts";
import { sample, snapshot } from "./samples.ts";

const NOW_MS = 100_000;

/** Ended 50 ms ago, after SIGTERM; its parent was a shell. */
const skin = (more: Partial<Skin> = {}): Skin => ({
  sample: sample(10, 5, { sid: 10, startTimeMs: 1_000, ageMs: 60_000 }),
  service: null,
  diedFrozen: false,
  endedMs: NOW_MS - 50,
  ...more,
});

/** Started 60 ms ago, so while the victim lived, and hangs at pid 1 now. */
const twin = (more: Partial<ProcessSample> = {}): ProcessSample =>
  sample(20, 1, { sid: 20, ageMs: 60, startTimeMs: 61_500, ...more });

const hunt = (process: ProcessSample, skins: readonly Skin[], known = false, signalling = true) => {
  const { successors, respawns } = findSuccessors(
    { ...snapshot(process), monotonicMs: NOW_MS },
    {
      skins,
      isKnown: () => known,
      signalling,
      describe: (pid) => (pid === 1 ? "sh -c init" : `node ${pid}`),
    },
  );
  return successors.length > 0 ? "successor" : respawns.length > 0 ? "respawned" : "nobody";
};

const missed = skin({ endedMs: null, sample: sample(10, 1, { sid: 10, startTimeMs: 1_000, ageMs: 60_000 }) });

test.each([
  ["an orphan born while the victim lived", twin(), [skin()], "successor"],
  ["also with a counter behind the script", twin({ argv: ["bun", "work.ts", "2"] }), [skin()], "successor"],
  ["born after the end: by somebody else", twin({ ageMs: 40 }), [skin()], "respawned"],
  [
    "perhaps after the end: the age may be told too low",
    twin({ ageMs: 40, ageErrorMs: 15 }),
    [skin()],
    "successor",
  ],
  ["after the end, however much too low", twin({ ageMs: 40, ageErrorMs: 9 }), [skin()], "respawned"],
  [
    "that, with other arguments: another job",
    twin({ ageMs: 40, argv: ["bun", "work.ts", "2"] }),
    [skin()],
    "nobody",
  ],
  ["a child of a living supervisor", twin({ ppid: 5 }), [skin()], "respawned"],
  ["another program", twin({ argv: ["bun", "play.ts"] }), [skin()], "nobody"],
  ["the victim died frozen: it started nothing", twin(), [skin({ diedFrozen: true })], "respawned"],
  ["an earlier skin died frozen", twin(), [skin(), skin({ diedFrozen: true })], "respawned"],
  ["nobody has ended", twin(), [], "nobody"],
  ["of a victim that was gone: in its session, after it was seen", twin({ sid: 10 }), [missed], "successor"],
  ["in another session", twin(), [missed], "nobody"],
  ["before it was last seen", twin({ sid: 10, startTimeMs: 60_999 }), [missed], "nobody"],
] as const)("%s", (_name, process, skins, expected) => {
  expect(hunt(process, skins)).toBe(expected);
});

test("a head that still hangs at the one before it comes out of the victim like that one", () => {
  const chain = {
    ...snapshot(twin(), twin({ id: { pid: 30, startTicks: 300, exe: "8:1" }, ppid: 20 })),
    monotonicMs: NOW_MS,
  };
  const wish = { skins: [skin()], isKnown: () => false, signalling: true, describe: () => "sh -c init" };
  expect(findSuccessors(chain, wish).successors.map(({ id }) => id.pid)).toEqual([20, 30]);
});

test("a parent that ended meanwhile says nothing: look again", () => {
  const wish = { skins: [skin()], isKnown: () => false, signalling: true, describe: () => null };
  const found = findSuccessors({ ...snapshot(twin({ ppid: 7 })), monotonicMs: NOW_MS }, wish);
  expect(found).toEqual({ successors: [], respawns: [], isChanging: true });
});

test("whoever is known did not come back", () => {
  expect(hunt(twin(), [skin()], true)).toBe("nobody");
});

test("before our first signal only a victim that was gone has successors", () => {
  expect(hunt(twin(), [skin()], false, false)).toBe("nobody");
  expect(hunt(twin({ sid: 10 }), [missed], false, false)).toBe("successor");
});
