/** A gated job at its limits: the zoo's escape artists and memory bombs, by root and by another account. */
import { expect } from "bun:test";
import { CONFIG, fixture, gate, gateRun, report } from "../support/gating.ts";
import { scratchProject } from "../support/launch.ts";
import { hybridGroups, leftSince, living } from "../support/mechanisms.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const ACCOUNTS = [
  {
    account: "root, a control group",
    unprivileged: false,
    by: "kernel",
    here: needs(pidNamespace, hybridGroups),
  },
  { account: "nobody, no group", unprivileged: true, by: "sampling", here: needs(pidNamespace, root) },
] as const;

/** A shell that stays, so that the job goes on when the program replaces itself. */
const STAYING = `Bun.spawnSync([process.execPath, process.argv[1]], { stdio: ["ignore", "inherit", "inherit"] }); setInterval(() => {}, 1000)`;

const ZOO: readonly (readonly [string, readonly string[]])[] = [
  ["Z08, starts itself again at SIGTERM", [fixture("zoo/z08-respawns-itself.ts")]],
  ["Z11, double fork, scrubbed environment", [fixture("zoo/z11-double-fork.ts")]],
  ["Z12, refills its children", [fixture("zoo/z12-forker.ts")]],
  ["Z13, hydra", ["-e", STAYING, fixture("zoo/z13-hydra.ts")]],
];

for (const { account, unprivileged, by, here } of ACCOUNTS) {
  here.each(ZOO.map(([name, argv]) => [account, name, argv] as const))(
    "%s: %s: nothing is left after --timeout, exit 124",
    async (_account, _name, argv) => {
      const before = living();
      using project = scratchProject(CONFIG);
      const args = ["--timeout", "1500ms", "--json-report", "report.json", ...argv];
      await using gated = gate(project, args, { unprivileged });
      await gated.ready();
      expect(await gated.exited).toBe(124);
      expect(gated.stderr()).toContain("ran for 1.5 s (limit 1.5 s): ");
      expect(report(project)).toMatchObject({ job: { ending: { how: "timeout" }, survivors: [] } });
      expect(await leftSince(before)).toEqual([]);
    },
  );

  here.each([
    [account, "the root", [fixture("launch/bomb.ts")]],
    [account, "a child that the root survives", [fixture("launch/bomb.ts"), "child"]],
  ] as const)(`%s: a memory bomb in %s is stopped by ${by}, exit 137`, async (_account, _where, argv) => {
    const before = living();
    using project = scratchProject(CONFIG);
    const args = ["--memory", "250M", "--json-report", "report.json", ...argv];
    const { code, stderr } = await gateRun(project, args, { unprivileged });
    expect(code).toBe(137);
    expect(stderr).toContain("250 MB");
    const enforced = by === "kernel" ? "kernel" : "sampled";
    expect(report(project)).toMatchObject({
      limits: { memoryBytes: { limit: 250 * 1_024 ** 2, enforced } },
      job: { ending: { how: "memory", by }, survivors: [] },
    });
    expect(await leftSince(before)).toEqual([]);
  });
}

const test = needs(pidNamespace);

test("a spin over --cpu is ended after the hold, exit 137", async () => {
  using project = scratchProject({ ...CONFIG, cpuHoldMs: 1_500 });
  const { code, stderr } = await gateRun(project, ["--cpu", "30", fixture("zoo/z01-sync-loop.ts")]);
  expect(code).toBe(137);
  expect(stderr).toMatch(/z01-sync-loop.*limit 30 %/s);
});

test("a spin over the configuration's CPU limit is ended too, though no timeout holds for it", async () => {
  using project = scratchProject({ ...CONFIG, maxCpuUsagePercent: 30, cpuHoldMs: 1_500 });
  const args = ["--json-report", "report.json", "--hot", fixture("zoo/z01-sync-loop.ts")];
  expect((await gateRun(project, args)).code).toBe(137);
  expect(report(project)).toMatchObject({
    limits: { timeoutMs: { limit: null }, cpuPercent: { limit: 30, enforced: "sampled" } },
    job: { ending: { how: "cpu", limitPercent: 30 } },
  });
});

test("the timeout of the configuration spares a server, and ends what serves nobody", async () => {
  using project = scratchProject({ ...CONFIG, processTimeoutMs: 1_000 });
  await using server = gate(project, [fixture("twins/server.ts")]);
  await server.ready();
  const idle = await gateRun(project, [fixture("twins/idle.ts")]);
  expect(idle.code).toBe(124);
  // it has been asked about by now, and more than once
  expect((await gateRun(project, [fixture("twins/idle.ts")])).code).toBe(124);
  server.kill("SIGTERM");
  expect(await server.exited).toBe(143);
});

test("a kill is in the project's journal before it happens", async () => {
  using project = scratchProject(CONFIG);
  const { code } = await gateRun(project, ["--timeout", "500ms", fixture("zoo/z07-ignores-signals.ts")]);
  expect(code).toBe(124);
  const [intent, ...rest] = project.events();
  expect(intent).toMatchObject({ type: "intent", rule: "timeout", limit: 500 });
  expect(rest.at(-1)).toMatchObject({ type: "outcome", rule: "timeout" });
});
