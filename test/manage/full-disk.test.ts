/** The disk of the manager's state is full, or that of the log files, for a while. */
import { expect } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fullDisk, ownMounts } from "../support/full-disk.ts";
import { scratchProject } from "../support/launch.ts";
import { linesOf, managedFolder } from "../support/manage.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const here = needs(pidNamespace, ownMounts);
const COUNTS = `i=0; while :; do i=$((i+1)); echo "$$ $i"; sleep 0.05; done`;

here(
  "whoever is restarted while the state cannot be written is found by the next manager all the same",
  async () => {
    using project = scratchProject(null);
    const state = join(project.directory, ".kiro/account/bun-watchdog/bunctl");
    mkdirSync(state, { recursive: true, mode: 0o700 });
    await using folder = managedFolder(project);
    using disk = fullDisk(join(state, "apps"), 1_024);
    disk.free();
    Bun.spawnSync(["chmod", "700", join(state, "apps")]);
    folder.declare(folder.shell("app", "echo up; exec sleep 1000"), folder.shell("other", "exec sleep 1000"));
    await folder.ok("start");
    disk.fill();
    const before = (await folder.instance("app")).root?.pid ?? 0;
    process.kill(before, "SIGKILL");
    const { root } = await folder.when("app", (one) => one.state === "online" && one.root?.pid !== before);
    await folder.ok("stop", "other");
    for (let times = 0; times < 2; times++) {
      await folder.killManager();
      expect((await folder.ok("daemon", "start")).stdout).toContain("runs");
      expect(await folder.instance("app")).toMatchObject({ state: "online", root });
      expect((await folder.instance("other")).state).toBe("stopped");
      expect(folder.living()).toEqual([root?.pid ?? 0]);
      // what was kept elsewhere meanwhile must not stand above what is kept from now on
      if (times === 0) disk.free();
      await folder.ok("reset", "app");
    }
    await folder.ok("restart", "app");
    const later = await folder.instance("app");
    await folder.killManager();
    await folder.ok("daemon", "start");
    expect(await folder.instance("app")).toMatchObject({ root: later.root, restarts: later.restarts });
  },
);

here("no line is lost while log files take nothing, over a KILL of the manager too", async () => {
  using project = scratchProject(null);
  using disk = fullDisk(join(project.directory, "logs"), 512);
  await using folder = managedFolder(project);
  folder.declare(folder.shell("counts", COUNTS));
  await folder.ok("start");
  await Bun.sleep(300);
  await folder.killManager();
  await folder.ok("daemon", "start");
  await Bun.sleep(300);
  expect(linesOf(folder.log("counts"))).toEqual([]);
  disk.free();
  const numbers = (): readonly number[] =>
    linesOf(folder.log("counts")).map((line) => Number(line.split(" ")[1]));
  expect(await until(() => numbers().length > 12, 30_000)).toBe(true);
  await folder.ok("stop", "counts");
  expect(numbers()).toEqual(numbers().map((_, index) => index + 1));
  expect((await folder.instance("counts")).lostLines).toBe(0);
});
