/** Pins: who they hold, whom they refuse, what they learn of an end. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Marks, ProcessId } from "../../../src/core/process/process.ts";
import { backendName, openControl } from "../../../src/os/select.ts";
import type { Pin } from "../../../src/ports/control.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { isAlive, readStat, startFixture, until } from "../../support/ready.ts";

requireNamespace();

const control = openControl();
const fixture = (name: string): string[] => [
  process.execPath,
  join(import.meta.dir, "../../fixtures/kill", `${name}.ts`),
];
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

test("signals its process and learns of its end", async () => {
  const child = sleep();
  using pin = held(control.pin(idOf(child.pid)));
  expect(await pin.exited(1)).toBe(false);
  expect(pin.status()).toMatchObject({
    state: "sleeping",
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
  expect(control.pin({ ...id, startTicks: id.startTicks + 1 })).toBe("identity-changed");
  expect(control.pin({ ...id, exe: "/bin/another" })).toBe("identity-changed");
  using unreadable = held(control.pin({ ...id, exe: null }));
  expect(unreadable.id.pid).toBe(child.pid);
  child.kill();
  await child.exited;
  expect(control.pin(id)).toBe("gone");
});

test("a process that becomes another program after the pin gets no signal but SIGCONT", async () => {
  await using changing = await startFixture(fixture("become-sleep"));
  using pin = held(control.pin(idOf(changing.root.pid)));
  process.kill(changing.root.pid, "SIGUSR2");
  expect(await until(() => readStat(changing.root.pid)?.comm === "sleep")).toBe(true);
  expect(pin.send("SIGKILL")).toBe("identity-changed");
  expect(pin.send("SIGCONT")).toBe("sent");
  expect(isAlive(changing.root)).toBe(true);
});

test("0, 1 and this process are refused as a bug", () => {
  const own = idOf(process.pid);
  for (const pid of [0, 1, process.pid, -1, Number.NaN, 1.5]) {
    expect(() => control.pin({ ...own, pid })).toThrow(/This is a bug/);
  }
});

test("a thread's id is not a process", async () => {
  const threads = [...new Bun.Glob("*").scanSync({ cwd: "/proc/self/task", onlyFiles: false })].map(Number);
  const thread = threads.find((id) => id !== process.pid);
  expect(thread).toBeDefined();
  expect(control.pin({ pid: thread!, startTicks: 1, exe: null })).toBe("gone");
});

test("Z19: the end is the end of the last thread, not of the first", async () => {
  await using leaderless = await startFixture(fixture("leaderless"));
  const { pid } = leaderless.root;
  const id = idOf(pid);
  expect(await until(() => readStat(pid)?.state === "Z")).toBe(true);
  using pin = held(control.pin(id));
  expect(await pin.exited(50)).toBe(false);
  expect(pin.status()).toMatchObject({ state: "zombie" });
  expect(pin.status()?.threads).toBeGreaterThan(1);
  expect(pin.send("SIGKILL")).toBe("sent");
  expect(await pin.exited(10_000)).toBe(true);
});

/** The portable backend asks ps once a pin and once a signal, and ps looks at every process there is. */
const many = backendName() === "native" ? 300 : 30;

test(`${many} pins at once each learn of their own end`, async () => {
  const children = Array.from({ length: many }, sleep);
  const pins = children.map(({ pid }) => held(control.pin(idOf(pid))));
  const survivor = pins.pop()!;
  const ends = pins.map((pin) => pin.exited(30_000));
  const last = survivor.exited(1);
  for (const pin of pins) expect(pin.send("SIGKILL")).toBe("sent");
  expect((await Promise.all(ends)).every(Boolean)).toBe(true);
  expect(await last).toBe(false);
  survivor.send("SIGKILL");
  expect(await survivor.exited(10_000)).toBe(true);
  for (const pin of [...pins, survivor]) pin[Symbol.dispose]();
});

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

test("a disposed pin leaves no descriptor behind and keeps nothing running", async () => {
  const child = sleep();
  const id = idOf(child.pid);
  const rounds = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) {
      using pin = held(control.pin(id));
      await pin.exited(1);
    }
  };
  await rounds();
  const before = openDescriptors();
  await rounds();
  expect(await until(() => openDescriptors() <= before)).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
});

test("readers of our output: cat behind our stdout, the maker of our stderr, and not who writes there too", async () => {
  const script = `
    import { openControl } from "${join(import.meta.dir, "../../../src/os/select.ts")}";
    const writer = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "inherit", "ignore"] });
    const all = [...new Bun.Glob("*").scanSync({ cwd: "/proc", onlyFiles: false })].map(Number).filter(Number.isSafeInteger);
    const readers = [...openControl().readersOfOurOutput(all.filter((pid) => pid !== process.pid))];
    const names = await Promise.all(readers.map((pid) => Bun.file("/proc/" + pid + "/comm").text()));
    console.error(JSON.stringify(names.map((name) => name.trim()).sort()));
    writer.kill("SIGKILL");
  `;
  const shell = Bun.spawn(["sh", "-c", '"$0" -e "$1" | cat', process.execPath, script], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  expect(JSON.parse(await new Response(shell.stderr).text())).toEqual(["bun.exe", "cat"]);
  await shell.exited;
});

const marksOf = (pid: number): Marks | null => control.marks(pid);

if (backendName() === "native") {
  test("a mark is handed down through forks, execs, sessions and scrubbed environments, and to nobody else", async () => {
    const born =
      'read -r _; env -i /usr/bin/setsid --fork /bin/sh -c "echo \\$\\$; exec sleep 1000" </dev/null; read -r _';
    const parent = Bun.spawn(["sh", "-c", born], { stdin: "pipe", stdout: "pipe", stderr: "ignore" });
    const stranger = sleep();
    using pin = held(control.pin(idOf(parent.pid)));
    expect(marksOf(parent.pid)).toEqual({ watched: false, stopped: false });
    expect(pin.mark("stopped")).toBe(true);
    // a mark that was there proves nothing
    expect(pin.mark("stopped")).toBe(false);
    void parent.stdin.write("\n");
    await parent.stdin.flush();
    const reader = parent.stdout.getReader();
    const { value } = await reader.read();
    const child = Number(new TextDecoder().decode(value));
    expect(await until(() => readStat(child)?.ppid === 1)).toBe(true);
    expect(marksOf(child)).toEqual({ watched: false, stopped: true });
    expect(marksOf(stranger.pid)).toEqual({ watched: false, stopped: false });
    process.kill(child, "SIGKILL");
    for (const each of [parent, stranger]) each.kill("SIGKILL");
    expect(await pin.exited(10_000)).toBe(true);
    expect(pin.mark("watched")).toBe(false);
  });

  test("who has ended has no marks", async () => {
    const child = sleep();
    child.kill("SIGKILL");
    await child.exited;
    expect(marksOf(child.pid)).toBeNull();
  });
} else {
  test("marks cannot be told, and none can be left", () => {
    const child = sleep();
    using pin = held(control.pin(idOf(child.pid)));
    expect(pin.mark("stopped")).toBe(false);
    expect(marksOf(child.pid)).toBeNull();
    child.kill("SIGKILL");
  });
}
