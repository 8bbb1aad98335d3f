/** Pins without a pidfd, which is what an older kernel gets; the rest of what a pin does is in test/contract. */
import { expect, test } from "bun:test";
import type { ProcessId } from "../../src/core/process/process.ts";
import { openDirectoryHandle } from "../../src/os/linux/pin/pidfd.ts";
import { openPin } from "../../src/os/linux/pin/pin.ts";
import { ProcFiles } from "../../src/os/linux/proc/proc-files.ts";
import { openControl } from "../../src/os/select.ts";
import type { Pin } from "../../src/ports/control.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";

requireNamespace();

const control = openControl();
const sleep = () => Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });
const idOf = (pid: number): ProcessId => {
  const id = control.identify(pid);
  if (id === null) throw new Error(`pid ${pid} is gone`);
  return id;
};
const held = (pin: Pin | string): Pin => {
  if (typeof pin === "string") throw new Error(`not pinned: ${pin}`);
  return pin;
};

const pinOf = (id: ProcessId) => openPin(new ProcFiles(), id, openDirectoryHandle);

test("signals its process and learns of its end", async () => {
  const child = sleep();
  using pin = held(pinOf(idOf(child.pid)));
  expect(await pin.exited(1)).toBe(false);
  expect(await until(() => pin.status()?.state === "sleeping")).toBe(true);
  expect(await until(() => pin.status()?.state === "sleeping")).toBe(true);
  expect(pin.status()).toMatchObject({
    threads: 1,
    ppid: process.pid,
    pendingKill: false,
  });
  expect(pin.send("SIGSTOP")).toBe("sent");
  expect(await until(() => pin.status()?.state === "stopped")).toBe(true);
  expect(pin.send("SIGKILL")).toBe("sent");
  expect(await pin.exited(10_000)).toBe(true);
  await child.exited;
  expect(pin.send("SIGKILL")).toBe("gone");
  expect(pin.send("SIGCONT")).toBe("gone");
  expect(pin.status()).toBeNull();
});

test("refuses another start time and another executable", async () => {
  const child = sleep();
  const id = idOf(child.pid);
  expect(pinOf({ ...id, startTicks: id.startTicks + 1 })).toBe("identity-changed");
  expect(pinOf({ ...id, exe: "1:1" })).toBe("identity-changed");
  using unreadable = held(pinOf({ ...id, exe: null }));
  expect(unreadable.id.pid).toBe(child.pid);
  child.kill();
  await child.exited;
  expect(pinOf(id)).toBe("gone");
});

test("who waits for one that is let go of is answered", async () => {
  const child = sleep();
  const pin = held(pinOf(idOf(child.pid)));
  const waiting = pin.exited(60_000);
  pin[Symbol.dispose]();
  expect(await waiting).toBe(false);
  child.kill("SIGKILL");
  await child.exited;
});

test("who is dead and gives back what it holds is still the same, and no other program", async () => {
  const holding =
    "const held = Buffer.alloc(400_000_000, 1); console.log(held.length); setInterval(() => {}, 1_000)";
  const child = Bun.spawn([process.execPath, "-e", holding], { stdin: "ignore", stdout: "pipe" });
  await child.stdout.getReader().read();
  using pin = held(control.pin(idOf(child.pid)));
  pin.send("SIGKILL");
  const answers = new Set<string>();
  const limitMs = performance.now() + 20_000;
  while (!(await pin.exited(0)) && performance.now() < limitMs) answers.add(pin.send("SIGSTOP"));
  expect(answers.difference(new Set(["sent", "gone"]))).toEqual(new Set());
  expect(await child.exited).toBe(137);
});
