import { expect, test } from "bun:test";
import type { Marks, ProcessSample } from "../../../src/core/process/process.ts";
import { findSuccessors, type SuccessorSearch, type Predecessor } from "../../../src/kill/successors.ts";
import { sample, snapshot } from "../launch/samples.ts";

const SHELL = 5;

/** Ended after SIGTERM; a shell script had started it. */
const victim = sample(10, SHELL, { sid: 10 });
const marked: Predecessor = { sample: victim, isMarked: true, endedMs: 0 };
/** Gone before we came. */
const gone: Predecessor = { sample: victim, isMarked: false, endedMs: null };

const twin = (more: Partial<ProcessSample> = {}): ProcessSample =>
  sample(20, 1, { sid: 20, ageMs: 0, ...more });

const bears = (...names: readonly (keyof Marks)[]): Marks => ({
  watched: names.includes("watched"),
  stopped: names.includes("stopped"),
});

const search = (
  process: ProcessSample,
  predecessors: readonly Predecessor[],
  marks: Marks | null,
  more?: Partial<SuccessorSearch>,
) => {
  const { successors, respawns, changed, isChanging } = findSuccessors(snapshot(process), {
    predecessors,
    isKnown: () => false,
    signalling: true,
    isOrphan: false,
    isHeadMarked: true,
    hasFromElsewhere: () => false,
    describe: (pid) => (pid === 1 ? "/sbin/init" : "sh serve.sh"),
    marks: () => marks,
    ...more,
  });
  if (isChanging) return "look again";
  if (changed.length > 0) return "left";
  return successors.length > 0 ? "successor" : respawns.length > 0 ? "respawned" : "nobody";
};

test.each([
  ["it bears the mark of the victim", twin(), [marked], bears("stopped"), "successor"],
  [
    "also with a counter behind the script",
    twin({ argv: ["bun", "work.ts", "2"] }),
    [marked],
    bears("stopped"),
    "successor",
  ],
  ["also in the hands of another parent", twin({ ppid: 700 }), [marked], bears("stopped"), "successor"],
  ["a redeploy by hand, born while the victim lived or after it", twin(), [marked], bears(), "nobody"],
  ["the mark of somebody else's succession", twin(), [marked], bears("watched"), "nobody"],
  ["of a victim that was gone: the mark of its succession", twin(), [gone], bears("watched"), "successor"],
  ["of a victim that was gone: another one's mark", twin(), [gone], bears("stopped"), "nobody"],
  ["a child of whoever started the victim", twin({ ppid: SHELL }), [marked], bears(), "respawned"],
  [
    "that, with other arguments: another job",
    twin({ ppid: SHELL, argv: ["bun", "work.ts", "2"] }),
    [marked],
    bears(),
    "nobody",
  ],
  [
    "another program of its offspring",
    twin({ argv: ["bun", "play.ts"] }),
    [marked],
    bears("stopped"),
    "left",
  ],
  ["in the middle of its exec", twin({ argv: [] }), [marked], bears("stopped"), "look again"],
  [
    "in the middle of its exec, after one that was gone",
    twin({ argv: [] }),
    [gone],
    bears("watched"),
    "look again",
  ],
  ["another program, without our mark", twin({ argv: ["bun", "play.ts"] }), [marked], bears(), "nobody"],
  [
    "another program that is no Bun",
    twin({ runtime: "other", argv: ["sh"] }),
    [marked],
    bears("stopped"),
    "nobody",
  ],
  [
    "another program, a mark that is not ours",
    twin({ argv: ["bun", "play.ts"] }),
    [gone],
    bears("stopped"),
    "nobody",
  ],
  ["marks cannot be told: whoever looks the same is named", twin(), [marked], null, "respawned"],
  ["nobody has ended", twin(), [], bears("stopped"), "nobody"],
] as const)("%s", (_name, process, predecessors, marks, expected) =>
  expect(search(process, predecessors, marks)).toBe(expected),
);

test("bits that were set beforehand are no proof: whoever bears them is named", () => {
  const unmarked: Predecessor = { sample: victim, isMarked: false, endedMs: 0 };
  const preset = bears("watched", "stopped");
  expect(search(twin({ ppid: 700 }), [unmarked], preset, { isHeadMarked: false })).toBe("respawned");
  expect(search(twin({ ppid: 700 }), [marked], preset, { hasFromElsewhere: () => true })).toBe("respawned");
  expect(search(twin({ ppid: 700 }), [marked], preset, { hasFromElsewhere: () => false })).toBe("successor");
  expect(search(twin({ ppid: 700 }), [gone], bears("watched"), { isHeadMarked: false })).toBe("nobody");
});

test("pid 1 restarts what it had started, and not what it had only taken in", () => {
  const service: Predecessor = { sample: sample(10, 1, { sid: 10 }), isMarked: true, endedMs: 0 };
  expect(search(twin(), [service], bears())).toBe("respawned");
  expect(search(twin(), [service], bears(), { isOrphan: true })).toBe("nobody");
});

test("who was born while the victim lived is no restart of pid 1's", () => {
  const service: Predecessor = { sample: sample(10, 1, { sid: 10 }), isMarked: true, endedMs: 0 };
  expect(search(twin({ ageMs: 150 }), [service], bears())).toBe("nobody");
  expect(search(twin({ ageMs: 50 }), [service], bears())).toBe("respawned");
});

test("a person at a prompt and an agent are no supervisors", () => {
  const again = twin({ ppid: SHELL, terminal: true });
  expect(search(again, [marked], bears(), { describe: () => "-zsh" })).toBe("nobody");
  expect(search(again, [marked], bears(), { describe: () => "sh serve.sh" })).toBe("respawned");
  expect(search(twin({ ppid: SHELL }), [marked], bears(), { describe: () => "/usr/bin/codex" })).toBe(
    "nobody",
  );
});

test("a parent that ended meanwhile says nothing: look again", () =>
  expect(search(twin(), [marked], bears(), { describe: () => null })).toBe("look again"));

test("whoever is known did not come back", () =>
  expect(search(twin(), [marked], bears("stopped"), { isKnown: () => true })).toBe("nobody"));

test("another program that has its mark from somebody else is none of ours, nor before we signal", () => {
  const other = twin({ argv: ["bun", "play.ts"] });
  expect(search(other, [marked], bears("stopped"), { hasFromElsewhere: () => true })).toBe("nobody");
  expect(search(other, [marked], bears("stopped"), { signalling: false })).toBe("nobody");
});

test("before our first signal nobody was brought back by it", () => {
  expect(search(twin({ ppid: SHELL }), [marked], bears(), { signalling: false })).toBe("nobody");
  expect(search(twin(), [gone], bears("watched"), { signalling: false })).toBe("successor");
});

test("whether a mark is from elsewhere is asked of the first that it may have come out of", () => {
  const later: Predecessor = { sample: sample(15, 1, { sid: 15 }), isMarked: true, endedMs: 0 };
  const asked: number[] = [];
  search(twin(), [later, marked], bears("stopped"), {
    hasFromElsewhere: (_twin, { id }) => asked.push(id.pid) === 0,
  });
  expect(asked).toEqual([victim.id.pid]);
});
