import { expect, test } from "bun:test";
import { groupLimitBytes, memoryKillers, softLimit, ulimits } from "../../../src/os/linux/probe/killers.ts";

const v2 = { unified: "/g", memory: null };
const v1 = { unified: null, memory: "/m" };
const MACHINE = 8_000_000_000;

test.each([
  ["version 2", v2, { "/g/memory.max": "512000000\n" }, 512_000_000],
  ["version 2, none", v2, { "/g/memory.max": "max\n" }, null],
  ["version 1", v1, { "/m/memory.limit_in_bytes": "256000000\n" }, 256_000_000],
  ["version 1, none", v1, { "/m/memory.limit_in_bytes": "9223372036854771712\n" }, null],
  [
    "the lower of two",
    { ...v2, memory: "/m" },
    { "/m/memory.limit_in_bytes": "300\n", "/g/memory.max": "200\n" },
    200,
  ],
  ["unreadable", { ...v2, memory: "/m" }, {}, null],
] as const)(
  "memory limit of the group: %s",
  (_, groups, files: Readonly<Record<string, string>>, expected) => {
    expect(groupLimitBytes(groups, (path) => files[path] ?? null, MACHINE)).toBe(expected);
  },
);

test("killers are known by their whole name", () => {
  const processes = ["bash", "earlyoom", "systemd-oomd", "earlyoom-notify", "oomd"].map((comm, pid) => ({
    pid,
    comm,
  }));
  expect(memoryKillers(processes).map(({ name, state }) => [name, state])).toEqual([
    ["earlyoom", "limited"],
    ["systemd-oomd", "limited"],
    ["oomd", "limited"],
  ]);
  expect(memoryKillers([])).toMatchObject([{ name: "other watchdogs", state: "ok" }]);
});

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              600                  unlimited            seconds
Max address space         4294967296           unlimited            bytes
Max open files            1024                 524288               files
`;

test("soft limits, and what they do to a process", () => {
  expect(softLimit(limits, "Max cpu time")).toBe(600);
  expect(softLimit(limits.replace("600", "unlimited"), "Max cpu time")).toBeNull();
  expect(softLimit("", "Max cpu time")).toBeNull();
  expect(ulimits(limits)).toMatchObject({ state: "limited" });
  expect(ulimits(limits).detail).toContain("10 min of CPU time");
  expect(ulimits(limits).detail).toContain("4 GB");
  expect(ulimits("")).toMatchObject({ state: "ok" });
});
