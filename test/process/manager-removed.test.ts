/** A manager whose lock, socket or books somebody has removed: no app runs twice, whoever starts a manager next. */
import { expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { gateDirectory } from "../../src/host/scope.ts";
import { ensureRuntimeDirectory, runtimePath } from "../../src/os/runtime-directory.ts";
import { thisProcess } from "../../src/os/select-containers.ts";
import { MANAGER_NAME } from "../../src/manager/daemon/places.ts";
import { ownUid } from "../../src/trust/open.ts";
import { requireNamespace } from "../support/namespace.ts";
import { running } from "../support/proc.ts";
import { instancesOf, instancesUntil, ManagerHome } from "../support/running-manager.ts";

requireNamespace();

const START = { ifRunning: "keep", updateEnv: false } as const;
const BUNCTL = resolve(import.meta.dir, "../../scripts/bunctl.ts");

const runtime = (): string => ensureRuntimeDirectory(ownUid() ?? -1);

/** Of this PID namespace, as a cleaner of temporary files does it. */
function removeSocket(): void {
  for (const ending of ["lock", "sock"] as const)
    rmSync(runtimePath(runtime(), MANAGER_NAME, ending), { force: true });
}

function removeBooks(): void {
  const slots = join(gateDirectory(runtime(), { scope: "user" }), "slots");
  for (const name of readdirSync(slots))
    if (name.startsWith(`${thisProcess().pidNamespace}-`)) rmSync(join(slots, name));
}

const served = (): readonly number[] => running("fixtures/apps/served.ts");

test("an app that is in no books any more goes on under the next manager, and can be ended", async () => {
  await using home = new ManagerHome();
  const first = await home.start();
  await first.start([home.spec("api")], START);
  const [before] = await instancesUntil(first, ([one]) => one?.state === "online");
  removeBooks();
  await home.kill();
  const second = await home.start();
  const [after] = await instancesOf(second);
  expect(after?.root?.pid).toBe(before?.root?.pid ?? 0);
  expect(served()).toHaveLength(1);
  await second.stopApps(home.selecting("api"));
  expect(served()).toEqual([]);
});

test("a second manager is refused, though the first one's lock and socket are gone", async () => {
  await using home = new ManagerHome();
  const first = await home.start();
  await first.start([home.spec("api")], START);
  const [before] = await instancesUntil(first, ([one]) => one?.state === "online");
  // it cannot put them back
  process.kill(first.about.pid, "SIGSTOP");
  removeSocket();
  const second = Bun.spawn([process.execPath, BUNCTL, "daemon", "run"], { env: process.env, stderr: "pipe" });
  expect(await second.exited).not.toBe(0);
  expect(await second.stderr.text()).toContain(`kill ${first.about.pid}`);
  expect(served()).toEqual([before?.root?.pid ?? 0]);
  process.kill(first.about.pid, "SIGCONT");
  await home.kill();
});
