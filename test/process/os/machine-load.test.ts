/** What a machine is busy with, read from files that a test has made, and from the machine while it is really loaded. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { noiseBetween } from "../../../src/core/bench/noise.ts";
import type { BenchReport } from "../../../src/core/bench/report.ts";
import { readMachineLoad } from "../../../src/os/machine-load.ts";
import { isolate } from "../../support/isolate.ts";
import { until } from "../../support/ready.ts";
import { withTemporary } from "../../support/temporary.ts";

const stat = (pid: number, name: string, ...times: readonly number[]): string =>
  `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194304 90 80 0 0 ${times.join(" ")} 20 0 1 0 500 1000 10\n`;

const FILES: Readonly<Record<string, string>> = {
  "proc/stat": "cpu  100 20 30 9000 500 4 6 70 50 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n",
  "proc/self/stat": stat(7, "bun", 1, 2, 30, 40),
  "proc/21/stat": stat(21, "a) S 1 (b", 300, 45, 1_000, 1_000),
  "proc/22/comm": "its stat cannot be read\n",
  "proc/self/mountinfo": "36 25 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
  "proc/self/cgroup": "0::/jobs/one\n",
  "sys/fs/cgroup/cpu.stat": "usage_usec 5\n",
  "sys/fs/cgroup/jobs/cpu.stat": "nr_periods 9\nnr_throttled 3\n",
  "sys/fs/cgroup/jobs/one/cpu.stat": "nr_periods 9\nnr_throttled 4\n",
  "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
  "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "2\n",
  "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count": "5\n",
  "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "powersave\n",
  "sys/devices/system/cpu/cpuidle/cpufreq/scaling_governor": "no processor\n",
};

function make(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe("what a machine is busy with", () => {
  test("is read from the files of Linux", () =>
    withTemporary(async (root) => {
      make(root, FILES);
      expect(readMachineLoad(root)).toMatchObject({
        busyMs: 1_600,
        stolenMs: 700,
        ownMs: 730,
        heldBack: 7,
        overheated: 7,
        governors: ["powersave"],
        processes: [{ pid: 21, name: "a) S 1 (b", cpuMs: 3_450 }],
      });
    }));

  test("is not known where there are no such files", () =>
    withTemporary(async (root) => {
      expect(readMachineLoad(root)).toMatchObject({
        busyMs: null,
        stolenMs: null,
        heldBack: null,
        overheated: null,
        governors: [],
        processes: [],
      });
    }));

  test("is said while another program really keeps a processor busy", async () => {
    const before = readMachineLoad();
    const said = (): string => noiseBetween(before, readMachineLoad()).join("\n");
    const busy = Bun.spawn([process.execPath, "-e", "for (;;);"], { stdio: ["ignore", "ignore", "ignore"] });
    try {
      expect(await until(() => /busy with other work/.test(said()), 60_000, 100)).toBe(true);
      const { stdout } = await withTemporary((folder) =>
        isolate(folder, ["bench", "--json", "--command", "sleep 3", "--runs", "1"]),
      );
      const report: BenchReport = JSON.parse(stdout);
      expect(report.noise.join("\n")).toMatch(/of \d+ processors (?:was|were) busy with other work/);
    } finally {
      busy.kill();
      await busy.exited;
    }
  });

  test("our own work, and that of what we have started, is no other work", async () => {
    const before = readMachineLoad();
    await Bun.$`${process.execPath} -e ${"for (const end = Date.now() + 300; Date.now() < end; );"}`.quiet();
    expect(readMachineLoad().ownMs - before.ownMs).toBeGreaterThan(0);
  });
});
