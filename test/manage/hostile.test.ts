/** Who must not reach the manager, and what must not mislead it. */
import { expect } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { socketsOf } from "../../src/host/sockets.ts";
import { AS_NOBODY } from "../newcomer/as-nobody.ts";
import { fuzzRounds } from "../soak/manager-fuzz.ts";
import { runProgram } from "../support/launch.ts";
import { BUNCTL, isGone, managedFolder } from "../support/manage.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace, root as asRoot } from "../support/skip.ts";

const NOBODY = 65_534;
const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? Date.now() % 1_000_000);

needs(pidNamespace)(
  `malformed messages are answered or closed, and neither the manager nor an app is harmed (seed ${seed})`,
  async () => {
    const { answered, closed, faults } = await fuzzRounds(300, seed);
    expect(faults).toEqual([]);
    expect(answered + closed).toBe(300);
  },
);

needs(
  pidNamespace,
  asRoot,
  "setpriv",
)("another account reaches neither socket nor state, and changes nothing", async () => {
  await using folder = managedFolder();
  folder.declare(folder.shell("app", "echo up; exec sleep 1000"));
  await folder.ok("start");
  const before = await folder.instance("app");
  const [socket = ""] = socketsOf("bunctl");
  const asked = await runProgram(
    [...AS_NOBODY, "curl", "--silent", "--show-error", "--unix-socket", socket, "http://service/about"],
    { cwd: "/", env: folder.env },
  );
  expect(asked).toMatchObject({ exitCode: 7, stdout: "" });
  // with its own account it has no manager, and sees none
  const home = join(folder.directory, "..", "nobody");
  mkdirSync(home);
  chownSync(home, NOBODY, NOBODY);
  const theirs = await runProgram([...AS_NOBODY, process.execPath, BUNCTL, "stop", "all"], {
    cwd: home,
    env: {
      ...folder.env,
      HOME: home,
      XDG_STATE_HOME: join(home, "state"),
      XDG_CONFIG_HOME: join(home, "config"),
    },
  });
  expect(theirs.exitCode).toBe(1);
  expect(theirs.stderr).toContain("No manager runs");
  expect(await folder.instance("app")).toMatchObject({ state: "online", root: before.root });
});

needs(pidNamespace)(
  "where all of the runtime directory is cleared away, apps are started as before",
  async () => {
    await using folder = managedFolder();
    folder.declare(folder.shell("app", "exec sleep 1000"), folder.shell("other", "exec sleep 1000"));
    await folder.ok("start", "app");
    const [socket = ""] = socketsOf("bunctl");
    rmSync(dirname(socket), { recursive: true });
    expect(await until(() => existsSync(socket), 20_000)).toBe(true);
    await folder.ok("start", "other");
    const { root: before } = await folder.instance("app");
    process.kill(before?.pid ?? 0, "SIGKILL");
    const { root } = await folder.when(
      "app",
      (one) => one.state === "online" && one.root?.pid !== before?.pid,
    );
    const { root: other } = await folder.instance("other");
    await folder.killManager();
    await folder.ok("daemon", "start");
    for (const command of ["kill", "flush", "pid"])
      expect((await folder.bunctl(command, "--", "other")).exitCode).toBe(2);
    expect((await folder.instance("app")).root).toEqual(root);
    expect((await folder.instance("other")).root).toEqual(other);
  },
);

needs(pidNamespace)(
  "an orphan of whoever our shell has started before it became bunctl is no member of a job",
  async () => {
    await using folder = managedFolder();
    folder.program(
      "ecosystem.config.js",
      `const { existsSync, readFileSync, writeFileSync } = require("node:fs");
      const parent = () => readFileSync("/proc/" + readFileSync("neighbour", "utf8").trim() + "/stat", "utf8").split(" ")[3];
      writeFileSync("evaluated", "");
      while (!existsSync("orphaned") || parent() !== String(process.ppid)) Bun.sleepSync(10);
      module.exports = { apps: [{ name: "app", command: "true" }] };`,
    );
    folder.program(
      "neighbour.sh",
      `while [ ! -e evaluated ]; do sleep 0.05; done
      env -i setsid sleep 1000 > /dev/null 2>&1 &
      echo $! > neighbour; : > orphaned`,
    );
    for (const command of ["config check", "runtime --no-autorestart --quiet"]) {
      for (const name of ["evaluated", "orphaned"]) rmSync(join(folder.directory, name), { force: true });
      const line = `sh ./neighbour.sh & exec ${process.execPath} ${BUNCTL} ${command}`;
      const { exitCode } = await runProgram(["sh", "-c", line], { cwd: folder.directory, env: folder.env });
      const neighbour = Number(folder.text("neighbour"));
      expect([command, exitCode, isGone(neighbour)]).toEqual([command, 0, false]);
      process.kill(neighbour, "SIGKILL");
    }
  },
);

needs(pidNamespace, asRoot)(
  "links that another account has laid lead no line and no state elsewhere",
  async () => {
    await using folder = managedFolder();
    const logs = join(folder.directory, "logs");
    const victim = join(folder.directory, "victim");
    const theirs = join(folder.directory, "theirs");
    writeFileSync(victim, "as it was");
    for (const place of [logs, theirs]) {
      mkdirSync(place);
      chmodSync(place, 0o777);
      chownSync(place, NOBODY, NOBODY);
    }
    const lay = [...AS_NOBODY, "ln", "-s"];
    chmodSync(folder.directory, 0o711);
    for (const name of ["linked-out.log", "linked-err.log"])
      expect(Bun.spawnSync([...lay, victim, join(logs, name)]).exitCode).toBe(0);
    folder.declare(
      folder.shell("linked", "echo secret; echo secret >&2; exec sleep 1000"),
      folder.shell("pid", "exec sleep 1000", { pid_file: join(theirs, "pid") }),
    );
    symlinkSync(victim, join(theirs, "pid"));
    await folder.bunctl("start");
    await folder.when("linked", ({ state }) => state === "online");
    await folder.ok("restart", "all");
    await folder.ok("stop", "all");
    expect(readFileSync(victim, "utf8")).toBe("as it was");
    expect(existsSync(victim)).toBe(true);
  },
);
