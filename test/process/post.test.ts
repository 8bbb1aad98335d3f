/** The post of a service whose holder was killed. */
import { expect, test } from "bun:test";
import { takePost } from "../../src/host/station.ts";
import { ensureRuntimeDirectory, runtimePath } from "../../src/os/runtime-directory.ts";
import { MANAGER } from "../../src/wire/manager.ts";
import { ownUid } from "../../src/trust/open.ts";
import { linux, needs } from "../support/skip.ts";
import { requireNamespace } from "../support/namespace.ts";

requireNamespace();
const NAME = "post-test";
const POST = {
  protocol: MANAGER,
  name: NAME,
  whoRuns: async () => null,
  refusal: (who: string) => `held by ${who}`,
};
/** Hands its lock down, as what it starts has it until that is another program, and tells of whom the lock is. */
const HOLDER = `
  const { readdirSync, readlinkSync } = require("node:fs");
  const { acquireLock } = await import(${JSON.stringify(`${import.meta.dir}/../../src/os/select.ts`)});
  const [path, seconds] = process.argv.slice(1);
  globalThis.lock = acquireLock(path, { project: "/", command: "test" });
  const same = (fd) => { try { return readlinkSync("/proc/self/fd/" + fd) === path; } catch { return false; } };
  const fd = Number(readdirSync("/proc/self/fd").find(same));
  Bun.spawn(["sleep", seconds], { stdio: ["ignore", "ignore", "ignore", fd] });
  console.log(process.pid);
  setInterval(() => {}, 1000);
`;

async function holder(seconds: string): Promise<{ readonly pid: number; readonly die: () => Promise<void> }> {
  const path = runtimePath(ensureRuntimeDirectory(ownUid() ?? -1), NAME, "lock");
  const child = Bun.spawn([process.execPath, "-e", HOLDER, path, seconds], { stdout: "pipe" });
  await child.stdout.getReader().read();
  const die = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
  };
  return { pid: child.pid, die };
}

needs(linux)("whoever follows waits for what the dead one was starting", async () => {
  const { die } = await holder("0.3");
  await die();
  using lock = await takePost(POST, "/");
  expect(lock.isInForce()).toBe(true);
});

test("a living one is not waited for", async () => {
  const { pid, die } = await holder("0");
  expect(await takePost(POST, "/").catch((error: Error) => error.message)).toContain(`pid ${pid}`);
  await die();
});
