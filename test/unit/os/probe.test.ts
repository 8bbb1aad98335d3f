import { expect, test } from "bun:test";
import { parseGroups, parseMounts } from "../../../src/os/linux/proc/cgroup-mounts.ts";
import { ownGroups, type OwnGroup } from "../../../src/os/linux/probe/groups.ts";
import { groupLimitBytes, killersAmong, softLimit, ulimits } from "../../../src/os/linux/probe/killers.ts";

const hybrid = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
37 31 0:34 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
38 31 0:35 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
39 31 0:36 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;

test("our group in each hierarchy, where it is mounted and we are in it", () => {
  const groups = parseGroups("4:memory:/a\n3:cpu,cpuacct:/b\n1:name=systemd:/c\n0::/d\n");
  expect(ownGroups(parseMounts(hybrid), groups).map(({ directory }) => directory)).toEqual([
    "/sys/fs/cgroup/memory/a",
    "/sys/fs/cgroup/cpu,cpuacct/b",
    "/sys/fs/cgroup/systemd/c",
    "/sys/fs/cgroup/unified/d",
  ]);
  expect(ownGroups(parseMounts(hybrid), parseGroups("0::/d\n"))).toHaveLength(1);
  expect(ownGroups(parseMounts(""), groups)).toEqual([]);
  expect(ownGroups(parseMounts("garbage\n\n - cgroup2"), groups)).toEqual([]);
});

const v2: OwnGroup = { directory: "/g", controllers: null };
const v1: OwnGroup = { directory: "/m", controllers: ["rw", "memory"] };
const MACHINE = 8_000_000_000;

test.each([
  ["version 2", [v2], { "/g/memory.max": "512000000\n" }, 512_000_000],
  ["version 2, none", [v2], { "/g/memory.max": "max\n" }, null],
  ["version 1", [v1], { "/m/memory.limit_in_bytes": "256000000\n" }, 256_000_000],
  ["version 1, none", [v1], { "/m/memory.limit_in_bytes": "9223372036854771712\n" }, null],
  ["the lower of two", [v1, v2], { "/m/memory.limit_in_bytes": "300\n", "/g/memory.max": "200\n" }, 200],
  ["unreadable", [v1, v2], {}, null],
  [
    "another controller's",
    [{ directory: "/c", controllers: ["cpu"] }],
    { "/c/memory.limit_in_bytes": "1" },
    null,
  ],
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
  expect(killersAmong(processes).map(({ name, pid }) => [name, pid])).toEqual([
    ["earlyoom", 1],
    ["systemd-oomd", 2],
    ["oomd", 4],
  ]);
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
