/** An app as another account, with fewer rights, or with another umask: what it is then, and that nothing stands between. */
import { expect } from "bun:test";
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunAs } from "../../src/core/app/app-spec.ts";
import { createSupervisor } from "../../src/supervisor/index.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const AS_WE_ARE: RunAs = {
  uid: null,
  gid: null,
  umask: null,
  noNewPrivileges: false,
  dropCapabilities: [],
};

async function statusOf(runAs: Partial<RunAs>): Promise<{ status: string; umask: number }> {
  const supervisor = await createSupervisor();
  const umask = process.umask();
  const handle = await supervisor.spawn({
    name: "an app",
    command: "sleep",
    args: ["1000"],
    cwd: "/",
    streams: ["ignore", "ignore", "inherit"],
    runAs: { ...AS_WE_ARE, ...runAs },
  });
  // at once, whatever of its memory the kernel has made ready: it is the program already
  expect(readlinkSync(`/proc/${handle.pid}/exe`)).toEndWith("/sleep");
  expect(process.umask()).toBe(umask);
  const status = readFileSync(`/proc/${handle.pid}/status`, "utf8");
  await supervisor.killTree(handle, { graceMs: 1_000 });
  return { status, umask };
}

const test = needs(pidNamespace, root, "setpriv");

test("another account, without root's groups, and without its rights", async () => {
  const { status } = await statusOf({ uid: 65_534, gid: 65_534 });
  expect(status).toMatch(/^Uid:\s+65534\s+65534\s+65534\s+65534$/mu);
  expect(status).toMatch(/^Gid:\s+65534\s+65534\s+65534\s+65534$/mu);
  expect(status).not.toMatch(/^Groups:.*\b0\b/mu);
  expect(status).toMatch(/^CapEff:\s+0+$/mu);
});

test("its group is the account's own, where none is given", async () => {
  const { status } = await statusOf({ uid: 65_534 });
  expect(status).toMatch(/^Gid:\s+65534\s/mu);
});

test("no new privileges, and no capability at all, or without one of them", async () => {
  const { status } = await statusOf({ noNewPrivileges: true, dropCapabilities: ["all"] });
  expect(status).toMatch(/^NoNewPrivs:\s+1$/mu);
  expect(status).toMatch(/^CapEff:\s+0+$/mu);
  expect(status).toMatch(/^CapBnd:\s+0+$/mu);
  const { status: less } = await statusOf({ dropCapabilities: ["NET_RAW"] });
  // bit 13, capabilities(7)
  const effective = BigInt(`0x${/^CapEff:\s+(\w+)$/mu.exec(less)?.[1]}`);
  expect([(effective >> 13n) & 1n, effective > 0n]).toEqual([0n, true]);
});

test("another umask, and ours stays", async () => {
  const { status } = await statusOf({ umask: 0o077 });
  expect(status).toMatch(/^Umask:\s+0077$/mu);
});

test.each([
  [{ dropCapabilities: ["FLYING"] }, "EINVAL", /no capability "FLYING"/u],
  [{ uid: 4_000_000 }, "EINVAL", /no account 4000000 .*set gid too/u],
])("what cannot be had is refused with its reason: %o", async (runAs, code, message) => {
  const refused = await statusOf(runAs).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code, message: expect.stringMatching(message) });
});

test("a program that is not there is refused as without it", async () => {
  const supervisor = await createSupervisor();
  const refused = supervisor.spawn({
    name: "an app",
    command: "/nowhere/at/all",
    args: [],
    cwd: "/",
    runAs: { ...AS_WE_ARE, noNewPrivileges: true },
  });
  expect(await refused.catch((error: unknown) => error)).toMatchObject({ code: "ENOENT" });
});

test("who is not root is told so", () => {
  const home = mkdtempSync(join(tmpdir(), "bun-watchdog-run-as-"));
  try {
    const index = join(import.meta.dir, "../../src/os/linux/contain/run-as.ts");
    const script = `import { prepareRunAs } from ${JSON.stringify(index)};
      const as = ${JSON.stringify(AS_WE_ARE)};
      for (const wish of [{ uid: 1 }, { dropCapabilities: ["all"] }])
        try { prepareRunAs({ ...as, ...wish }); } catch (error) { console.log(error.code, error.message); }
      console.log(prepareRunAs({ ...as, uid: 65534 }).command(["true"], { env: process.env, cwd: "/" }).join(" "));`;
    const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const child = Bun.spawnSync([...asNobody, process.execPath, "-e", script]);
    expect(child.stdout.toString().trim().split("\n")).toEqual([
      expect.stringMatching(/^EPERM Only root can start a program as another account \(uid 1, /u),
      expect.stringMatching(/^EPERM Only root has capabilities/u),
      "true",
    ]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
