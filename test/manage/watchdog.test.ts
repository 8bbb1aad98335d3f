/** A monitor of bun-watchdog beside bunctl: its limits are not for bunctl's apps, and its status knows whose they are. */
import { expect } from "bun:test";
import { runCli, scratchProject, startMonitor } from "../support/launch.ts";
import { isGone, managedFolder } from "../support/manage.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const SPINS = "console.log('up'); setInterval(() => { for (let i = 0; i < 3e6; i++); }, 10);";

needs(pidNamespace)(
  "apps are spared from its timeout and its limit on processes, adopted ones too",
  async () => {
    using project = scratchProject({
      maxConcurrentProcesses: 1,
      processTimeoutMs: 1_000,
      monitoringIntervalMs: 1_000,
      killGraceMs: 300,
      gate: { countUngated: true },
    });
    await using folder = managedFolder(project);
    const script = folder.program("app.ts", SPINS);
    folder.declare(
      { name: "one", script, kill_timeout: 300 },
      { name: "two", script, kill_timeout: 300 },
      { name: "three", script, kill_timeout: 300 },
    );
    await folder.ok("start");
    const before = folder.living().toSorted((a, b) => a - b);
    expect(before).toHaveLength(3);
    await folder.killManager();
    await using monitor = await startMonitor(project);
    // a bystander of the same folder that nobody manages shows when it has looked at all of them for long enough
    const stray = Bun.spawn(["setsid", "--fork", process.execPath, script], {
      cwd: folder.directory,
      env: { ...folder.env },
    });
    await stray.exited;
    const killed = (): boolean => project.events().some((event) => event.type === "outcome");
    await folder.ok("daemon", "start");
    expect(await until(killed, 30_000)).toBe(true);
    expect(folder.living().toSorted((a, b) => a - b)).toEqual(before);
    const shown = await runCli(["status"], project);
    expect(shown.stdout).toContain("bunctl");
    for (const pid of before) expect(shown.stdout).toContain(String(pid));
    expect(isGone(monitor.pid)).toBe(false);
  },
);
