/** Who leaves its app's groups, environment, tag and parent: it dies with the only app that can have left it, and is named otherwise. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isGone } from "../support/manage.ts";
import { hybridGroups } from "../support/mechanisms.ts";
import { until } from "../support/ready.ts";
import { ManagerHome } from "../support/running-manager.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const START = { ifRunning: "keep", updateEnv: false } as const;
const here = needs(pidNamespace, hybridGroups, root, "prlimit");

/** Out of every group of its app; once it bears no sign of that any more, it writes its pid. Its app stays. */
const leaving = (file: string, session: "setsid" | "" = "", tag = "4711"): readonly string[] => {
  const write = `echo $$ > ${file}.new; mv ${file}.new ${file}; exec sleep 1000`;
  return [
    "sh",
    "-c",
    'sh -c "$1" sh "$2" & exec sleep 2000',
    "sh",
    `${LEAVE}; ${scrubbed(session, tag)} &`,
    write,
  ];
};

const LEAVE = "for c in unified memory cpu pids; do echo $$ > /sys/fs/cgroup/$c/cgroup.procs; done";
const scrubbed = (session: string, tag: string): string =>
  `prlimit --locks=${tag}: env -i ${session} sh -c "$1"`;

const pidIn = async (file: string): Promise<number> => {
  const read = (): number => Number(readFileSync(file, { encoding: "utf8", flag: "a+" }));
  expect(await until(() => read() > 0, 20_000)).toBe(true);
  return read();
};

here("of one app that has run alone: it dies with it", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const file = join(home.directory, "pid");
  await manager.start([home.spec("api", { argv: leaving(file, "setsid") })], START);
  const pid = await pidIn(file);
  expect(await manager.stopApps(home.selecting("api"))).not.toHaveProperty("strays");
  expect(isGone(pid)).toBe(true);
});

here("of one app that has run alone, with the tag of another job: it is that job's", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const file = join(home.directory, "pid");
  const argv = leaving(file, "setsid", `${2n ** 58n + 4711n}`);
  await manager.start([home.spec("api", { argv })], START);
  const pid = await pidIn(file);
  const { strays } = await manager.stopApps(home.selecting("api"));
  expect(strays).toEqual([{ pid, command: "sleep 1000" }]);
  expect(isGone(pid)).toBe(false);
  process.kill(pid, "SIGKILL");
});

here("of one of two apps: it is named, and left alone; in the session of its app it is known", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const [stray, known] = [join(home.directory, "stray"), join(home.directory, "known")];
  const other = home.spec("other", { argv: leaving(known) });
  const started = await manager.start([other, home.spec("api", { argv: leaving(stray, "setsid") })], START);
  expect(started.failures).toEqual([]);
  const [pid, knownPid] = [await pidIn(stray), await pidIn(known)];
  const strays = [{ pid, command: "sleep 1000" }];
  expect((await manager.stopApps(home.selecting("other"))).strays).toEqual(strays);
  expect([isGone(pid), isGone(knownPid)]).toEqual([false, true]);
  expect((await manager.remove(home.selecting("all"))).strays).toEqual(strays);
  expect((await manager.apps(null)).strays).toEqual(strays);
  expect(home.log.match(/pid \d+ \(sleep 1000\) comes from a job/gu)).toHaveLength(1);
  // nobody can tell that it is not the next one's
  const next = join(home.directory, "next");
  await manager.start([home.spec("next", { argv: leaving(next, "setsid") })], START);
  const nextPid = await pidIn(next);
  expect((await manager.stopApps(home.selecting("next"))).strays).toHaveLength(2);
  for (const one of [pid, nextPid]) process.kill(one, "SIGKILL");
  while ((await manager.apps(null)).strays !== undefined) await Bun.sleep(20);
});

here("what an app is to leave behind is nobody else's, and is not named", async () => {
  await using home = new ManagerHome();
  const manager = await home.start();
  const file = join(home.directory, "pid");
  const argv = ["sh", "-c", `sleep 1000 & echo $! > ${file}; exec sleep 2000`];
  const other = home.spec("other", { argv: ["sleep", "2000"] });
  const stop = { ...other.stop, tree: false };
  await manager.start([other, home.spec("keeps", { argv, stop })], START);
  const pid = await pidIn(file);
  const found = [
    await manager.stopApps(home.selecting("keeps")),
    await manager.stopApps(home.selecting("other")),
  ];
  expect(found.map(({ strays }) => strays)).toEqual([undefined, undefined]);
  expect(isGone(pid)).toBe(false);
  process.kill(pid, "SIGKILL");
});
