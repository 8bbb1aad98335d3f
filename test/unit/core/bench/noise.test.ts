/** What is said of a machine that did other things while it was measured on. */
import { describe, expect, test } from "bun:test";
import { type MachineLoad, noiseBefore, noiseBetween, speedNotes } from "../../../../src/core/bench/noise.ts";

const QUIET: MachineLoad = {
  atMs: 0,
  cores: 2,
  loadAverage: 0.3,
  busyMs: 50_000,
  stolenMs: 100,
  ownMs: 300,
  heldBack: 4,
  overheated: 7,
  governors: ["performance"],
  processes: [
    { pid: 11, name: "chromium", cpuMs: 5_000 },
    { pid: 12, name: "cc1", cpuMs: 0 },
  ],
};

/** Ten seconds later, in which a benchmark had one processor for itself. */
const after = (change: Partial<MachineLoad> = {}): MachineLoad => ({
  ...QUIET,
  atMs: 10_000,
  busyMs: 60_000,
  ownMs: 10_300,
  ...change,
});

describe("before the start", () => {
  test.each<[string, Partial<MachineLoad>, readonly string[]]>([
    ["nothing", {}, []],
    [
      "a load",
      { loadAverage: 1.84 },
      ["The load average is 1.8 on 2 processors: other programs were running until now."],
    ],
    ["the same load on many processors", { loadAverage: 1.84, cores: 16 }, []],
    ["no governor that can be read", { governors: [] }, []],
    [
      "processors that save power",
      { governors: ["performance", "powersave", "schedutil"] },
      [
        'The processors change their speed (scaling_governor is powersave, schedutil): with "performance" the times are steadier.',
      ],
    ],
  ])("%s", (_, change, sentences) => {
    const load = { ...QUIET, ...change };
    expect<readonly string[]>([...noiseBefore(load), ...speedNotes(load)]).toEqual(sentences);
  });
});

describe("while it was measured", () => {
  test.each<[string, Partial<MachineLoad>, readonly string[]]>([
    ["nothing but the benchmark", {}, []],
    ["a little", { busyMs: 61_900 }, []],
    [
      "one other program: there is room for it",
      { busyMs: 69_000, processes: [{ pid: 11, name: "chromium", cpuMs: 13_900 }] },
      [
        "0.9 of 2 processors were busy with other work, most of it by chromium (pid 11): the times may be too long.",
      ],
    ],
    [
      "more than there is room for",
      {
        busyMs: 79_000,
        processes: [
          { pid: 11, name: "chromium", cpuMs: 13_900 },
          { pid: 12, name: "cc1", cpuMs: 500 },
          { pid: 99, name: "new", cpuMs: 4_000 },
          { pid: 98, name: "third", cpuMs: 2_000 },
        ],
      },
      [
        "1.9 of 2 processors were busy with other work, most of it by chromium (pid 11) and new (pid 99): the times are too long.",
      ],
    ],
    [
      "programs that nobody sees any more",
      { busyMs: 70_000 },
      ["1 of 2 processors was busy with other work: the times may be too long."],
    ],
    [
      "a benchmark with two threads of its own",
      { busyMs: 75_000, ownMs: 20_300 },
      ["0.5 of 2 processors were busy with other work: the times are too long."],
    ],
    [
      "a pid that is another program now, with a name that moves the cursor",
      { busyMs: 64_000, processes: [{ pid: 11, name: "a\u001B[2Jb\nc", cpuMs: 3_500 }] },
      [
        "0.4 of 2 processors were busy with other work, most of it by a\\x1b[2Jb\\nc (pid 11): the times may be too long.",
      ],
    ],
    [
      "the host of a virtual machine",
      { stolenMs: 2_500 },
      ["The host of this virtual machine took 12 % of the processor time (steal): the times are too long."],
    ],
    ["a host that takes hardly anything", { stolenMs: 250 }, []],
    [
      "a limit",
      { heldBack: 41 },
      [
        "The processor limit of this control group stopped the benchmark 37 times (nr_throttled): the times are too long.",
      ],
    ],
    [
      "heat",
      { overheated: 8 },
      ["The processors slowed down 1 time because of heat: the times are too long."],
    ],
    [
      "nothing that can be read",
      { busyMs: null, stolenMs: null, heldBack: null, overheated: null, processes: [] },
      [],
    ],
  ])("%s", (_, change, sentences) => {
    expect(noiseBetween(QUIET, after(change))).toEqual(sentences);
  });

  test("what could not be read at first is not what happened since", () => {
    const unknown = { ...QUIET, busyMs: null, stolenMs: null, heldBack: null, overheated: null };
    expect(noiseBetween(unknown, after())).toEqual([]);
  });

  test("of a moment nothing is said: the kernel counts in steps", () => {
    expect(noiseBetween(QUIET, after({ atMs: 40, busyMs: 50_100, ownMs: 300 }))).toEqual([]);
  });
});
