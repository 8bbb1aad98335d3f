/** What `describe` says of limits and who keeps them, and of what it runs with. */
import { expect, test } from "bun:test";
import { describeInstance } from "../../../src/render/apps/describe.ts";
import type { InstanceDocument } from "../../../src/wire/manager.ts";
import { appSpec } from "../../support/app-world.ts";

const spec = appSpec("api", {
  limits: { memoryBytes: 100 * 1_024 ** 2, cpuPercent: 20, threads: 9 },
  readiness: { by: "port", port: 3000, host: "localhost", withinMs: 30_000 },
  identity: { uid: 65_534, gid: null, umask: 0o27, noNewPrivileges: true, dropCapabilities: ["all"] },
});
const instance: InstanceDocument = {
  id: 0,
  number: 0,
  state: "online",
  sinceMs: 0,
  untilMs: null,
  root: { pid: 77, startTicks: 1, exe: null },
  jobId: null,
  startedMs: 0,
  createdMs: 0,
  restarts: 0,
  unstableRestarts: 0,
  lastExit: null,
  adopted: false,
  memoryBytes: 1_024 ** 2,
  cpuPercent: 1,
  processes: 3,
  descriptors: 12,
  enforcement: null,
  outFile: null,
  errFile: null,
  pidFile: null,
  lostLines: 0,
};
const said = (enforcement: InstanceDocument["enforcement"]): string =>
  describeInstance({ spec, instances: [instance] }, { ...instance, enforcement }, 1).join("\n");

test("the kernel keeps them", () => {
  const caps = [
    { cap: "cpuPercent", limit: 20, whyNot: null },
    { cap: "threads", limit: 9, whyNot: null },
  ] as const;
  const text = said({ backend: "cgroup2", memory: "kernel", whyNot: null, caps });
  expect(text).toMatch(/memory +1 MB, limit 100 MB, kept by the kernel\n/);
  expect(text).toMatch(/CPU limit +20 % of a core, kept by the kernel\n/);
  expect(text).toMatch(/threads +9, kept by the kernel\n +processes +3\n +open files +12/);
  expect(text).toMatch(/ready +when it listens on port 3000, within 30 s\n/);
  expect(text).toMatch(/runs with +uid 65534, umask 0027, no new privileges, without capabilities: all\n/);
});

test("they are looked at, or nobody keeps them, and why", () => {
  const whyNot = "no group can be made";
  const caps = [
    { cap: "cpuPercent", limit: null, whyNot },
    { cap: "threads", limit: null, whyNot },
  ] as const;
  const text = said({ backend: "process-group", memory: "sampled", whyNot, caps });
  expect(text).toMatch(/limit 100 MB, kept by sampling \(no group can be made\)\n/);
  expect(text).toMatch(/CPU limit +20 % of a core, kept by sampling: .* is ended \(no group can be made\)\n/);
  expect(text).toMatch(/threads +9, kept by nobody \(no group can be made\)\n/);
});
