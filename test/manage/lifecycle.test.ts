/** Apps from their start to their end, as a person sees it through bunctl. */
import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { linesOf, managedFolder } from "../support/manage.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const here = needs(pidNamespace);
const STAYS = "echo up; exec sleep 1000";

here("start, restart, scale, stop, delete", async () => {
  await using folder = managedFolder();
  const { ok, bunctl, instances, living } = folder;
  folder.declare(folder.shell("web", STAYS, { instances: 2 }), folder.shell("job", STAYS));
  expect((await bunctl("status")).stdout).toContain("No manager");
  expect((await ok("start")).stdout).toMatch(/0 +web 0 +online[\s\S]*1 +web 1 +online[\s\S]*2 +job +online/);
  expect(living("web")).toHaveLength(2);
  const before = await instances("web");
  await ok("restart", "web");
  const after = await instances("web");
  expect(after.map(({ restarts }) => restarts)).toEqual([1, 1]);
  expect(new Set(living("web"))).toEqual(new Set(after.map(({ root }) => root?.pid ?? 0)));
  expect(after.some(({ root }) => before.some((old) => old.root?.pid === root?.pid))).toBe(false);
  await ok("scale", "web", "+2");
  expect((await instances("web")).map(({ id, number, state }) => [id, number, state])).toEqual([
    [0, 0, "online"],
    [1, 1, "online"],
    [3, 2, "online"],
    [4, 3, "online"],
  ]);
  expect(living("web")).toHaveLength(4);
  // no app is named: that does not mean all of them
  for (const words of [
    ["scale", "1"],
    ["signal", "SIGKILL"],
  ])
    expect([words, (await bunctl(...words)).exitCode]).toEqual([words, 2]);
  expect([living("web").length, living("job").length]).toEqual([4, 1]);
  await ok("scale", "web", "1");
  expect(living("web")).toHaveLength(1);
  await ok("stop", "web");
  expect(living("web")).toEqual([]);
  expect((await instances("web")).map(({ state }) => state)).toEqual(["stopped"]);
  expect((await bunctl("stop", "nothing")).exitCode).toBe(1);
  // as many as were asked for, as in PM2; apply makes it what the file declares
  await ok("start", "web");
  expect(living("web")).toHaveLength(1);
  await ok("apply");
  expect(living("web")).toHaveLength(2);
  await ok("delete", "web");
  expect(living("web")).toEqual([]);
  expect(await instances("web")).toEqual([]);
  expect(living("job")).toHaveLength(1);
  await ok("kill");
  expect(living()).toEqual([]);
  expect((await bunctl("daemon", "status")).exitCode).toBe(1);
});

/** One child, one in a session of its own, one whose parent has ended (double fork), one that is deaf. */
const LEAVES_BEHIND = `
sleep 1001 &
setsid sleep 1002 &
(setsid sh -c 'sleep 1003 & sleep 1004' &) &
sh -c 'trap "" TERM; while :; do sleep 1; done' &
echo "run $(date +%s%N)"
while [ ! -e crash ]; do sleep 0.02; done
rm -f crash
exit 7
`;

here("after a crash nothing of the old run is left when the new one begins", async () => {
  await using folder = managedFolder();
  // the new run looks for the old ones before it does anything else
  const looks = `
for pid in $(ls /proc | grep -E '^[0-9]+$'); do
  [ "$pid" = $$ ] && continue
  ppid=$(sed 's/.*) . //; s/ .*//' /proc/$pid/stat 2>/dev/null)
  tr '\\0' '\\n' 2>/dev/null </proc/$pid/environ | grep -qx 'BUNCTL_TEST_APP=tree' && [ "$ppid" != $$ ] && [ "$(cut -d' ' -f3 /proc/$pid/stat 2>/dev/null)" != Z ] && echo "left $pid $(tr '\\0' ' ' </proc/$pid/cmdline)"
done
${LEAVES_BEHIND}`;
  folder.declare(folder.shell("tree", looks, { kill_timeout: 200 }));
  await folder.ok("start");
  const count = (word: string): number =>
    linesOf(folder.log("tree")).filter((line) => line.startsWith(word)).length;
  for (let run = 1; run <= 2; run++) {
    expect(await until(() => count("run") === run && folder.living("tree").length >= 6)).toBe(true);
    // it removes the file as soon as that is there
    writeFileSync(join(folder.directory, "crash"), "");
  }
  expect(await until(() => count("run") === 3)).toBe(true);
  expect(count("left")).toBe(0);
  const { restarts, lastExit } = await folder.instance("tree");
  expect(restarts).toBe(2);
  expect(lastExit).toMatchObject({ reason: "exited", code: 7 });
  await folder.ok("stop", "tree");
  expect(folder.living()).toEqual([]);
});

here("who ignores SIGTERM is killed after its grace, and who drains may finish", async () => {
  await using folder = managedFolder();
  folder.declare(
    folder.shell("deaf", "trap '' TERM; echo up; while :; do sleep 0.1; done", { kill_timeout: 300 }),
    folder.shell(
      "drains",
      "trap 'echo draining; sleep 3; echo drained; exit 0' TERM; echo up; while :; do sleep 0.05; done",
    ),
    folder.shell("int", "trap 'echo by INT; exit 0' INT; echo up; while :; do sleep 0.05; done", {
      kill_signal: "SIGINT",
    }),
  );
  await folder.ok("start");
  const isUp = (): boolean => ["deaf", "drains", "int"].every((app) => folder.log(app).includes("up\n"));
  expect(await until(isUp)).toBe(true);
  await folder.ok("stop", "all");
  expect(folder.living()).toEqual([]);
  expect(linesOf(folder.log("drains"))).toEqual(["up", "draining", "drained"]);
  expect(linesOf(folder.log("int"))).toEqual(["up", "by INT"]);
  expect((await folder.instance("drains")).lastExit).toMatchObject({ reason: "stopped", code: 0 });
  expect((await folder.instance("deaf")).lastExit).toMatchObject({ reason: "stopped", signal: "SIGKILL" });
});

here("how it ended is said in words, and whose budget is spent is retried", async () => {
  await using folder = managedFolder();
  const once = { autorestart: false };
  folder.declare(
    folder.shell("code", "echo out; echo first >&2; echo second >&2; exit 3", once),
    folder.shell("signal", "kill -SEGV $$", once),
    folder.shell("well", "exit 0", { restart_policy: "on-failure" }),
    folder.shell("stops", "exit 9", { stop_exit_codes: [9] }),
    folder.shell("never", "echo 'cannot open the database' >&2; exit 1", {
      max_restarts: 2,
      restart_delay: 1,
    }),
    { name: "absent", command: folder.program("absent", "#!/no/such/interpreter\n") },
  );
  const started = await folder.bunctl("start");
  expect(started.exitCode).toBe(1);
  expect(started.stderr).toContain("could not be started");
  const words = async (app: string): Promise<string> => (await folder.ok("describe", app)).stdout;
  await folder.when(
    "code",
    ({ state, lastExit }) => state === "stopped" && lastExit?.lastErrorLines.length === 2,
  );
  expect(await words("code")).toMatch(/ended by itself with code 3 after [\s\S]*first\n +second/);
  await folder.when("signal", ({ state }) => state === "stopped");
  expect(await words("signal")).toContain("ended by SIGSEGV after ");
  expect(await folder.when("well", ({ state }) => state === "stopped")).toMatchObject({ restarts: 0 });
  expect(await folder.when("stops", ({ state }) => state === "stopped")).toMatchObject({ restarts: 0 });
  const retrying = await folder.when(
    "never",
    ({ state, lastExit }) => state === "retrying" && lastExit?.lastErrorLines.length === 1,
  );
  expect(retrying).toMatchObject({ restarts: 2, unstableRestarts: 3 });
  expect(await words("never")).toContain("cannot open the database");
  expect((await folder.ok("jlist")).stdout).toContain('"status":"errored"');
  // a person is not made to wait
  await folder.bunctl("restart", "never");
  await folder.when("never", ({ state, unstableRestarts }) => state === "retrying" && unstableRestarts === 3);
  expect(await words("absent")).toContain("could not be started");
});

const notes = (name: string): string =>
  `echo "${name} up" >>order; trap 'echo "${name} down" >>order; exit 0' TERM; sleep 0.3; echo listening; while :; do sleep 0.02; done`;

here("who depends on others starts after them and stops before them", async () => {
  await using folder = managedFolder();
  folder.declare(
    folder.shell("api", notes("api"), { depends_on: ["db"] }),
    folder.shell("db", notes("db"), { ready: { log: "listening" } }),
  );
  await folder.ok("start");
  expect(await until(() => linesOf(folder.text("order")).length === 2)).toBe(true);
  expect(await until(() => folder.log("api") !== "")).toBe(true);
  await folder.ok("stop", "all");
  expect(linesOf(folder.text("order"))).toEqual(["db up", "api up", "api down", "db down"]);
  // it starts what it needs
  await folder.ok("start", "api");
  expect(await until(() => linesOf(folder.text("order")).length === 6)).toBe(true);
  expect(linesOf(folder.text("order")).slice(4)).toEqual(["db up", "api up"]);
});
