/** The manager: from where it may be started, who may start it, and what its end means. */
import { expect } from "bun:test";
import { BUNCTL, isGone, managedFolder } from "../support/manage.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const here = needs(pidNamespace);
const STAYS = "echo up; exec sleep 1000";

needs(pidNamespace, "script")("started from a terminal, it and its apps outlive that", async () => {
  await using folder = managedFolder();
  folder.declare(folder.shell("app", STAYS));
  const terminal = Bun.spawn(
    ["script", "--quiet", "--command", `${process.execPath} ${BUNCTL} start; exit`, "/dev/null"],
    {
      cwd: folder.directory,
      env: { ...folder.env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  await terminal.exited;
  expect(await folder.when("app", ({ state }) => state === "online")).toMatchObject({ restarts: 0 });
  const { pid } = (await folder.manager()).about;
  for (const one of [pid, ...folder.living()])
    expect(
      `/proc/${one}: ${Bun.spawnSync(["ps", "-o", "tty=", "-p", String(one)])
        .stdout.toString()
        .trim()}`,
    ).toBe(`/proc/${one}: ?`);
});

here("two people at once: the requests of both are done, and nothing runs twice", async () => {
  await using folder = managedFolder();
  folder.declare(folder.shell("one", STAYS), folder.shell("two", STAYS, { instances: 2 }));
  // no manager runs yet: one is started, and both are answered by it
  const starts = await Promise.all([folder.bunctl("start"), folder.bunctl("start"), folder.bunctl("start")]);
  expect(starts.map(({ exitCode, stderr }) => [exitCode, stderr.replaceAll(/^from .*\n/gmu, "")])).toEqual(
    starts.map(() => [0, ""]),
  );
  expect(folder.living()).toHaveLength(3);
  await Promise.all([
    folder.bunctl("restart", "all"),
    folder.bunctl("restart", "one"),
    folder.bunctl("reload", "two"),
    folder.bunctl("scale", "two", "3"),
  ]);
  await folder.when("one", ({ state }) => state === "online");
  expect(await until(() => folder.living("one").length === 1 && folder.living("two").length === 3)).toBe(
    true,
  );
  await Promise.all([folder.bunctl("stop", "all"), folder.bunctl("delete", "two")]);
  expect(folder.living()).toEqual([]);
  expect((await folder.apps()).apps.map(({ spec }) => spec.name)).toEqual(["one"]);
});

here("SIGTERM leaves its apps, a second manager is refused, and kill leaves nothing", async () => {
  await using folder = managedFolder();
  folder.declare(
    folder.shell("app", STAYS),
    folder.shell("deaf", "trap '' TERM; while :; do sleep 0.1; done", { kill_timeout: 200 }),
  );
  await folder.ok("start");
  const { pid } = (await folder.manager()).about;
  const second = await folder.bunctl("daemon", "run");
  expect(second.exitCode).not.toBe(0);
  expect(second.stderr).toContain(`pid ${pid}`);
  const before = await folder.instance("app");
  process.kill(pid, "SIGTERM");
  expect(await until(() => isGone(pid))).toBe(true);
  expect(folder.living("app")).toEqual([before.root?.pid ?? 0]);
  // an empty list would say that nothing runs
  for (const command of ["status", "jlist"])
    expect(await folder.bunctl(command)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("has left 2 apps"),
    });
  await folder.ok("start", "deaf");
  expect(await folder.instance("app")).toMatchObject({
    state: "online",
    root: before.root,
    restarts: 0,
    adopted: true,
  });
  // whoever steers an app needs no manager that runs
  const next = (await folder.manager()).about.pid;
  await folder.killManager();
  await folder.ok("stop", "deaf");
  expect([folder.living("deaf"), folder.living("app").length]).toEqual([[], 1]);
  await folder.killManager();
  await folder.ok("kill");
  expect(folder.living()).toEqual([]);
  expect(await until(() => isGone(next))).toBe(true);
});

here("logs of a manager that is stopped are read all the same", async () => {
  await using folder = managedFolder();
  folder.declare(
    folder.shell("other", STAYS),
    folder.shell("app", STAYS, { instances: 2, merge_logs: true }),
  );
  await folder.ok("start");
  expect(await until(() => folder.log("app") === "up\nup\n")).toBe(true);
  const { pid } = (await folder.manager()).about;
  process.kill(pid, "SIGSTOP");
  try {
    const [logs, unknown] = await Promise.all([folder.bunctl("logs", "app"), folder.bunctl("logs", "none")]);
    expect(logs).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("does not answer") });
    expect(logs.stdout.match(/^\d\|app +\| up$/gmu)).toHaveLength(2);
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No app is called none") });
  } finally {
    process.kill(pid, "SIGCONT");
  }
});

here("kill in the middle of a start leaves nothing, and the start says so", async () => {
  await using folder = managedFolder();
  folder.declare(folder.shell("slow", STAYS, { wait_ready: true }), folder.shell("one", STAYS));
  const starting = folder.bunctl("start");
  expect(await until(() => folder.living().length > 0)).toBe(true);
  expect((await folder.bunctl("kill")).exitCode).toBe(0);
  expect((await starting).exitCode).toBe(1);
  expect(folder.living()).toEqual([]);
});

here("where no manager runs, status names what is declared or saved, and what starts it", async () => {
  await using folder = managedFolder();
  folder.declare(folder.shell("app", STAYS));
  expect((await folder.ok("status")).stdout).toMatch(/declares is stopped\. Start it: .* start\n$/u);
  await folder.ok("start");
  await folder.ok("save");
  await folder.ok("kill");
  const { stdout } = await folder.ok("status");
  expect(stdout).toMatch(
    /^No manager runs\. Stopped, and kept by save:\n {2}app\nStart them: .* resurrect\n$/u,
  );
});

here("a key that is passed over is said once, and again when there is something else to say", async () => {
  await using folder = managedFolder();
  const says = async (...args: readonly string[]) =>
    /pmx|vizion/u.exec((await folder.ok(...args)).stderr)?.[0];
  folder.declare({ ...folder.shell("app", STAYS), pmx: false });
  expect([await says("start"), await says("apply")]).toEqual(["pmx", undefined]);
  expect(await says("config", "check")).toBe("pmx");
  folder.declare({ ...folder.shell("app", STAYS), vizion: false });
  expect([await says("apply"), await says("apply")]).toEqual(["vizion", undefined]);
});
