/** A monitor starts the server of the page where its key says so, starts it again, and ends it; and never the other way round. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { runningDashboard, type RunningDashboard } from "../../../src/host/running-dashboard.ts";
import { runCli, scratchProject, startMonitor, type Project } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { until } from "../../support/ready.ts";
import { seesOneDie, SCALED } from "../../newcomer/scaled.ts";

requireNamespace();

const config = (enabled: boolean) => ({ ...SCALED, scope: "project", dashboard: { enabled } });

async function dashboard(
  isWanted: (found: RunningDashboard | null) => boolean,
): Promise<RunningDashboard | null> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await runningDashboard();
    if (isWanted(found)) return found;
    await Bun.sleep(50);
  }
  throw new Error("the server of the page is not as it should be");
}
const there = async (other = 0): Promise<RunningDashboard> => {
  const found = await dashboard((each) => each !== null && each.pid !== other);
  if (found === null) throw new Error("unreachable");
  return found;
};
const isGone = (pid: number): boolean =>
  !existsSync(`/proc/${pid}`) || /^State:\s+[ZX]/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
const log = (project: Project): string =>
  readdirSync(join(project.directory, ".kiro/logs"))
    .map((name) => readFileSync(join(project.directory, ".kiro/logs", name), "utf8"))
    .join("");

test("it comes with the monitor, comes again where it was killed, and goes with the key", async () => {
  using project = scratchProject(config(true));
  await using monitor = await startMonitor(project);
  const first = await there();
  expect((await fetch(`${first.address}health`)).status).toBe(200);
  const status = await runCli(["status"], project);
  expect(status.stdout).toContain(`The page: ${first.address}`);
  const entry = await runCli(["dashboard"], project);
  expect(entry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${first.address}#token=`) });
  process.kill(first.pid, "SIGKILL");
  const second = await there(first.pid);
  expect(await seesOneDie(project, "while the page came and went")).toBe(true);
  expect(await until(() => log(project).includes("the server of the page has ended with SIGKILL"))).toBe(
    true,
  );
  expect(log(project)).not.toContain(/#token=(\S+)/.exec(entry.stdout)?.[1] ?? "no token");
  project.writeConfig(config(false));
  await dashboard((found) => found === null);
  expect(await until(() => isGone(second.pid))).toBe(true);
  project.writeConfig(config(true));
  const third = await there(second.pid);
  expect(await monitor.stop()).toBe(0);
  expect(isGone(third.pid)).toBe(true);
});

test("it does not outlive a monitor that was killed", async () => {
  using project = scratchProject(config(true));
  await using monitor = await startMonitor(project);
  const { pid } = await there();
  await monitor.kill();
  expect(await until(() => isGone(pid))).toBe(true);
});
