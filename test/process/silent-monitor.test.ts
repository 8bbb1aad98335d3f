/** A monitor that is stopped, or hangs: it is found by its lock, and neither it nor a clean-up waits for it. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endSilent } from "../../src/kill/end-silent.ts";
import { openControl } from "../../src/os/select.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until } from "../support/ready.ts";

requireNamespace();

const SCRIPT = join(import.meta.dir, "../../scripts/fix-runaway-bun.ts");
const SETTINGS = { processTimeoutMs: 1_000, monitoringIntervalMs: 500, killGraceMs: 300 };

const run = async (cwd: string, ...args: readonly string[]) => {
  const child = Bun.spawn([process.execPath, SCRIPT, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, out, err };
};

test("status, cleanup --force, monitor --stop and --restart work beside a monitor that was stopped, and say so", async () => {
  const project = mkdtempSync(join(tmpdir(), "silent-monitor-"));
  mkdirSync(join(project, ".kiro"));
  writeFileSync(join(project, ".kiro/bun-process-config.json"), JSON.stringify(SETTINGS));
  const lines: string[] = [];
  const monitor = Bun.spawn([process.execPath, SCRIPT, "monitor", "--json"], {
    cwd: project,
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    void (async () => {
      for await (const chunk of monitor.stdout) lines.push(new TextDecoder().decode(chunk));
    })();
    expect(await until(() => lines.join("").includes('"started"'), 30_000)).toBe(true);
    monitor.kill("SIGSTOP");
    await using runaway = await startFixture(
      [process.execPath, "-e", 'console.log("ready", process.pid); setInterval(() => {}, 1e6)'],
      { cwd: project },
    );
    const status = await run(project, "status");
    expect(status).toMatchObject({ code: 0, err: expect.stringContaining("is stopped (SIGSTOP)") });
    const plain = await run(project, "cleanup");
    expect(plain).toMatchObject({ code: 1, err: expect.stringContaining("cleanup --force") });
    const forced = await run(project, "cleanup", "--force", "--watch-for", "2s");
    expect(forced.err).toContain(`pid ${monitor.pid}`);
    expect(await until(() => !isAlive(runaway.root))).toBe(true);
    const restarted = await run(project, "monitor", "--restart");
    expect(restarted).toMatchObject({
      code: 0,
      out: expect.stringContaining("was continued, and ended as asked"),
    });
    expect(await monitor.exited).toBe(0);
    expect(await run(project, "monitor", "--stop")).toMatchObject({ code: 0 });
  } finally {
    monitor.kill("SIGKILL");
    rmSync(project, { recursive: true, force: true });
  }
}, 120_000);

test("one that does not end when asked is killed, and nobody else is", async () => {
  const control = openControl();
  await using deaf = await startFixture([
    process.execPath,
    "-e",
    'process.on("SIGTERM", () => {}); console.log("ready", process.pid); setInterval(() => {}, 1e6)',
  ]);
  const id = control.identify(deaf.root.pid);
  if (id === null) throw new Error("the fixture has ended");
  expect(await endSilent({ ...id, startTicks: id.startTicks - 1 }, control, 0)).toBe(
    "it had ended by itself",
  );
  expect(isAlive(deaf.root)).toBe(true);
  expect(await endSilent(id, control, 0)).toContain("was killed");
  expect(isAlive(deaf.root)).toBe(false);
}, 60_000);
