import { expect, test } from "bun:test";
import { isReaper, isTwin, originOf } from "../../../src/job/respawn.ts";
import { other, sample } from "./samples.ts";

const victim = sample(10, 5, { sid: 10 });

test("a twin runs the same program with the same arguments in the same place", () => {
  expect(isTwin(victim, sample(20, 1))).toBe(true);
  expect(isTwin(victim, sample(20, 1, { argv: ["/usr/bin/bun", "work.ts"] }))).toBe(true);
});

test.each([
  ["a counter behind its script", ["bun", "work.ts", "2"]],
  ["the script's whole path", ["/usr/bin/bun", "/project/work.ts", "--life=3"]],
  ["bun run", ["bun", "run", "work.ts"]],
])("%s: what starts itself again is a twin", (_name, argv) => {
  expect(isTwin(victim, sample(20, 1, { argv }))).toBe(true);
});

const inline = (code: string) => sample(20, 1, { argv: ["bun", "-e", code] });
const served = (script: string) => sample(20, 1, { argv: ["bun", "--port", "80", script] });

test("a value of an option is no script", () => {
  expect(isTwin(inline("a()"), inline("b()"))).toBe(false);
  expect(isTwin(inline("a()"), inline("a()"))).toBe(true);
  expect(isTwin(served("a.ts"), served("b.ts"))).toBe(false);
});

test.each([
  ["another executable", { id: { pid: 20, startTicks: 200, exe: "8:2" } }],
  ["another script", { argv: ["bun", "play.ts"] }],
  ["another directory", { cwd: "/elsewhere" }],
  ["another account", { uid: 1001 }],
  ["unreadable arguments", { argv: null }],
  ["an unreadable directory", { cwd: null }],
] as const)("%s makes no twin", (_name, more) => {
  expect(isTwin(victim, sample(20, 1, more))).toBe(false);
});

test("what cannot be read is equal to nothing, not even to itself", () => {
  const hidden = sample(10, 5, { cwd: null });
  expect(isTwin(hidden, hidden)).toBe(false);
  const unknown = sample(10, 5, { id: { pid: 10, startTicks: 1, exe: null } });
  expect(isTwin(unknown, unknown)).toBe(false);
});

test("two sleeps are no twins: only Bun processes come back as victims", () => {
  expect(isTwin(other(10, 5), other(20, 1))).toBe(false);
});

test.each([
  [1, "/sbin/init", true],
  [1, "", true],
  [700, "/usr/lib/systemd/systemd --user", true],
  [700, "tini -s -- sh", true],
  [700, "/usr/bin/containerd-shim-runc-v2 -id x", true],
  [700, "bash", false],
  [700, "bun supervisor.ts", false],
  [700, "/opt/systemd-like/thing", false],
  [700, "", false],
] as const)("reaper? pid %p %p: %p", (pid, command, expected) => {
  expect(isReaper({ pid, command })).toBe(expected);
});

const plain = { sample: victim, service: null };
const orphan = { sample: sample(10, 1, { sid: 10 }), service: null };
const inService = { ...orphan, service: "app.service" };
const init = { pid: 1, command: "/usr/lib/systemd/systemd" };

test.each([
  [
    "a living parent that is no reaper started it",
    plain,
    { sid: 20 },
    { pid: 5, command: "node pm.js" },
    "supervised",
  ],
  ["at the reaper, where the victim was not", plain, { sid: 20 }, init, "successor"],
  ["at the victim's reaper, in its session", orphan, { sid: 10 }, init, "successor"],
  ["at systemd as before, the victim in no service", orphan, { sid: 20 }, init, "successor"],
  ["at systemd as before, the victim in a service", inService, { sid: 20 }, init, "supervised"],
  ["at a shell as pid 1 as before", orphan, { sid: 20 }, { pid: 1, command: "sh -c run" }, "successor"],
  ["at an unknown pid 1 as before", orphan, { sid: 20 }, { pid: 1, command: "supervisord" }, "supervised"],
] as const)("%s", (_name, who, more, parent, expected) => {
  expect(originOf(who, sample(20, parent.pid, more), parent)).toBe(expected);
});
