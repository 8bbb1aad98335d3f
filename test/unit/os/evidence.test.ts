/** What a process's files say about who started it, who holds it and who looks at it. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Adopters, Services } from "../../../src/os/linux/evidence/adopted.ts";
import { Holders } from "../../../src/os/linux/evidence/holders.ts";
import { EvidenceReader } from "../../../src/os/linux/evidence/reader.ts";
import { ProcFiles } from "../../../src/os/linux/proc/proc-files.ts";

interface Facts {
  readonly ppid: number;
  readonly sid: number;
  readonly name?: string;
  readonly descriptors?: Readonly<Record<number, string>>;
  readonly tracer?: number;
  readonly environment?: string;
  readonly cgroup?: string;
}

/** A /proc of these processes. */
function proc(processes: Readonly<Record<number, Facts>>): ProcFiles {
  const root = mkdtempSync(join(tmpdir(), "bun-watchdog-evidence-"));
  for (const [pid, facts] of Object.entries(processes)) {
    const { ppid, sid, name = "bun", descriptors = {}, tracer = 0, environment = "", cgroup = "/" } = facts;
    const directory = join(root, pid);
    mkdirSync(join(directory, "fd"), { recursive: true });
    const rest = Array.from({ length: 46 }, () => 0).join(" ");
    writeFileSync(join(directory, "stat"), `${pid} (${name}) S ${ppid} ${sid} ${sid} ${rest}\n`);
    writeFileSync(join(directory, "status"), `Name:\t${name}\nTracerPid:\t${tracer}\n`);
    writeFileSync(join(directory, "environ"), environment);
    writeFileSync(join(directory, "cmdline"), `${name}\0`);
    writeFileSync(join(directory, "cgroup"), `0::${cgroup}\n`);
    for (const [fd, target] of Object.entries(descriptors)) symlinkSync(target, join(directory, "fd", fd));
  }
  return new ProcFiles(root);
}

test.each<[string, Readonly<Record<number, Facts>>, number | null]>([
  ["in its parent's session", { 5: { ppid: 1, sid: 5 }, 10: { ppid: 5, sid: 5 } }, null],
  ["leads one of its own", { 5: { ppid: 1, sid: 5 }, 10: { ppid: 5, sid: 10 } }, null],
  ["in a session of neither", { 5: { ppid: 1, sid: 5 }, 10: { ppid: 5, sid: 7 } }, 5],
  ["in one of a namespace above", { 5: { ppid: 1, sid: 5 }, 10: { ppid: 5, sid: 0 } }, null],
  [
    "left to a service manager",
    { 1: { ppid: 0, sid: 1, name: "systemd" }, 10: { ppid: 1, sid: 10, cgroup: "/user.slice" } },
    1,
  ],
  [
    "a unit of the service manager's",
    { 1: { ppid: 0, sid: 1, name: "systemd" }, 10: { ppid: 1, sid: 10, cgroup: "/system.slice/a.service" } },
    null,
  ],
  ["its parent is gone", { 10: { ppid: 5, sid: 10 } }, null],
])("whether a parent took it in: %s", (_name, processes, adopter) => {
  using files = proc(processes);
  expect(new Adopters(files, new Services(files)).of(10)).toBe(adopter);
});

test("ancestors hold the other end of a pair; pid 1 serves nobody", () => {
  using files = proc({
    1: { ppid: 0, sid: 1, name: "init", descriptors: { 4: "socket:[55]" } },
    5: { ppid: 1, sid: 5, name: "agent", descriptors: { 3: "socket:[55]" } },
    6: { ppid: 5, sid: 5, name: "sh", descriptors: { 3: "socket:[56]" } },
    10: { ppid: 6, sid: 5 },
    11: { ppid: 1, sid: 11, descriptors: { 3: "socket:[55]" } },
  });
  expect(new Holders(files).ofSocket(10, 55)).toMatchObject([{ pid: 5, command: "agent", isCertain: true }]);
});

test.each<[string, Partial<Facts>, string]>([
  ["a tracer", { tracer: 7 }, "is traced by pid 7"],
  ["an editor", { environment: "HOME=/\0BUN_INSPECT=ws://x\0" }, "is inspected (BUN_INSPECT)"],
  ["options", { environment: "BUN_OPTIONS=--smol --inspect\0" }, "is inspected (BUN_INSPECT)"],
  ["nothing set", { environment: "BUN_INSPECT=\0" }, ""],
  ["nobody", {}, ""],
])("who looks into it: %s", (_name, facts, by) => {
  using files = proc({ 10: { ppid: 1, sid: 10, ...facts } });
  expect(new EvidenceReader(files).of(10).ties.inspectedBy).toBe(by);
});

test("the unit that a whole container runs in is nobody's inside it; a unit of one's own is", () => {
  using files = proc({
    1: { ppid: 0, sid: 1, cgroup: "/system.slice/box.service" },
    10: { ppid: 1, sid: 10, cgroup: "/system.slice/box.service" },
    11: { ppid: 1, sid: 11, cgroup: "/system.slice/a.service" },
    12: { ppid: 1, sid: 12, cgroup: "/user.slice" },
  });
  const services = new Services(files);
  expect([10, 11, 12, 13].map((pid) => services.of(pid))).toEqual(["", "a.service", "", null]);
});
