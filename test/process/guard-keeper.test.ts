/** Keeping one guard process for all freezes: when it is started anew, what it is told meanwhile, and what it is deaf to. */
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GuardKeeper, type GuardScript } from "../../src/os/guard.ts";
import { LINUX_GUARD } from "../../src/os/linux/pin/control.ts";
import { requireNamespace } from "../support/namespace.ts";
import { readStat, until } from "../support/ready.ts";

requireNamespace();

const scratch = (): string => join(mkdtempSync(join(tmpdir(), "bun-watchdog-guard-")), "file");
const ID = { pid: 7, startTicks: 1, exe: null };
const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
const sleep = () => Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });

/** A keeper of guards that do what the shell lines say, and the guards that it has started. */
function keeping(source: string, nameOf: GuardScript["nameOf"] = ({ pid }) => `${pid}`) {
  const guards: Bun.Subprocess[] = [];
  const onStart = (guard: Bun.Subprocess): void => void guards.push(guard);
  return { keeper: new GuardKeeper({ source, nameOf, env: {}, onStart }), guards };
}

test("while something is frozen the guard hears from us again and again, and no more after that", async () => {
  const heard = scratch();
  const { keeper } = keeping(
    `echo up; while read -r line; do case $line in .) echo ok;; '') echo beat >> ${heard};; esac; done`,
  );
  const lease = await keeper.lease();
  await lease.watch([ID]);
  expect(await until(() => textOf(heard).includes("beat\nbeat\n"), 15_000)).toBe(true);
  await lease[Symbol.asyncDispose]();
});

test("who is to be watched is watched when that is said to be done", async () => {
  const taken = scratch();
  const { keeper } = keeping(
    `echo up; while read -r line; do case $line in .) sleep 0.2; echo taken >> ${taken}; echo ok;; esac; done`,
  );
  const lease = await keeper.lease();
  await lease.watch([ID]);
  expect(textOf(taken)).toBe("taken\n");
  await lease[Symbol.asyncDispose]();
  expect(textOf(taken)).toBe("taken\ntaken\n");
});

test("a guard that has ended is replaced, and leads a session of its own", async () => {
  const { keeper, guards } = keeping(LINUX_GUARD.source);
  await keeper.lease();
  expect(readStat(guards[0]!.pid)?.sid).toBe(guards[0]!.pid);
  guards[0]!.kill("SIGKILL");
  await guards[0]!.exited;
  await (await keeper.lease()).watch([ID]);
  await (await keeper.lease()).watch([ID]);
  expect(guards).toHaveLength(2);
});

test("one that could not be started is tried again with the next lease", async () => {
  const flag = scratch();
  const { keeper, guards } = keeping(
    `[ -e ${flag} ] || exit 1; echo up; while read -r line; do echo ok; done`,
  );
  expect(await keeper.lease().then(() => null, String)).toContain("ended; nothing may be frozen without it");
  writeFileSync(flag, "");
  await keeper.lease();
  expect(guards).toHaveLength(2);
});

test("one that gave a wrong answer is asked nothing any more", async () => {
  const { keeper, guards } = keeping("echo up; while read -r line; do echo what; done");
  const lease = await keeper.lease();
  expect(await lease.watch([]).then(() => null, String)).toContain('said "what');
  await keeper.lease();
  expect(guards).toHaveLength(2);
});

test("a signal to everybody does not end it", async () => {
  const { keeper, guards } = keeping(LINUX_GUARD.source);
  const lease = await keeper.lease();
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE", "SIGTSTP"] as const)
    guards[0]!.kill(signal);
  await lease.watch([ID]);
  await (await keeper.lease()).watch([ID]);
  expect(guards).toHaveLength(1);
});

test("whom it has continued it has forgotten: who stops that later has it stopped", async () => {
  const [child, other] = [sleep(), sleep()];
  try {
    const name = (pid: number): string =>
      LINUX_GUARD.nameOf({ ...ID, pid, startTicks: readStat(pid)!.startTicks });
    let said = "";
    const guard = Bun.spawn(["/bin/bash", "-c", LINUX_GUARD.source], { stdin: "pipe", stdout: "pipe" });
    const reading = (async () => {
      for await (const text of guard.stdout.pipeThrough(new TextDecoderStream())) said += text;
    })();
    void guard.stdin.write(`+${name(child.pid)}\n+${name(other.pid)}\n-${name(child.pid)}\n.\n`);
    await guard.stdin.flush();
    expect(await until(() => said === "up\nok\n")).toBe(true);
    for (const { pid } of [child, other]) process.kill(pid, "SIGSTOP");
    expect(await until(() => [child, other].every(({ pid }) => readStat(pid)?.state === "T"))).toBe(true);
    await guard.stdin.end();
    await Promise.all([guard.exited, reading]);
    expect([child, other].map(({ pid }) => readStat(pid)?.state === "T")).toEqual([true, false]);
  } finally {
    for (const each of [child, other]) each.kill("SIGKILL");
  }
});
