import { expect, test } from "bun:test";
import { groupDirectories, parseCgroupMounts } from "../../../src/os/linux/proc/cgroup-mounts.ts";
import { freezerFiles } from "../../../src/os/linux/proc/freezer.ts";
import { hasPendingKill } from "../../../src/os/linux/pin/pin.ts";

const hybrid = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime shared:9 - cgroup cgroup rw,freezer
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;
const container = "40 30 0:30 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup2 rw,nsdelegate\n";

test("hybrid: each hierarchy has its own mount", () => {
  const mounts = parseCgroupMounts(hybrid);
  expect(freezerFiles("6:freezer:/a/b\n4:memory:/x\n0::/c\n", mounts)).toEqual({
    v1: "/sys/fs/cgroup/freezer/a/b/freezer.state",
    v2: "/sys/fs/cgroup/unified/c/cgroup.events",
  });
  expect(freezerFiles("0::/\n", mounts)).toEqual({ v1: null, v2: "/sys/fs/cgroup/unified/cgroup.events" });
});

test("a container sees its own group as the root of the mount", () => {
  const files = freezerFiles("0::/docker/abc/inner\n", parseCgroupMounts(container));
  expect(files).toEqual({ v1: null, v2: "/sys/fs/cgroup/inner/cgroup.events" });
});

test("a group's directory in each hierarchy", () => {
  const mounts = parseCgroupMounts(
    `${hybrid}38 31 0:35 /jail /sys/fs/cgroup/memory rw - cgroup cgroup rw,cpu,memory\n`,
  );
  expect(groupDirectories("6:freezer:/\n4:cpu,memory:/jail/x\n0::/c\n", mounts)).toEqual({
    unified: "/sys/fs/cgroup/unified/c",
    freezer: "/sys/fs/cgroup/freezer",
    memory: "/sys/fs/cgroup/memory/x",
    cpu: "/sys/fs/cgroup/memory/x",
    pids: null,
  });
});

test("no cgroups, no files", () => {
  expect(freezerFiles("", parseCgroupMounts(""))).toEqual({ v1: null, v2: null });
  expect(freezerFiles("0::/a\n", parseCgroupMounts("garbage\n"))).toEqual({ v1: null, v2: null });
});

test.each([
  ["SigPnd:\t0000000000000000\nShdPnd:\t0000000000000100\n", true],
  ["SigPnd:\t0000000000000100\nShdPnd:\t0000000000000000\n", true],
  ["SigPnd:\t0000000000004000\nShdPnd:\t0000000000004000\n", false],
  ["SigPnd:\t8000000000000100\nShdPnd:\t0000000000000000\n", true],
  ["Name:\tSigPnd: 100\nSigPnd:\t0000000000000000\n", false],
])("pending SIGKILL in %j: %p", (status, expected) => {
  expect(hasPendingKill(status)).toBe(expected);
});
