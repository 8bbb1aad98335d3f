/** A monitor keeps its lock and its socket where they are looked for, or ends. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registration } from "../../src/host/registration.ts";
import { serveSocket, type Serving } from "../../src/wire/server.ts";
import { acquireOfdLock } from "../../src/os/linux/files/lock.ts";
import type { Lock } from "../../src/os/lock.ts";
import { until } from "../support/ready.ts";

let directory = "";
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "bun-watchdog-registration-")), "run");
  mkdirSync(directory);
});
afterEach(() => rmSync(join(directory, ".."), { recursive: true, force: true }));

const serve = (path: string, pid: number): Serving =>
  serveSocket(
    path,
    { title: "service", version: 1, restart: "again", routes: {} },
    {
      answers: {},
      about: () => ({ version: "", pid, project: "/", sinceMs: 0 }),
      stop: () => {
        throw new Error("not asked here");
      },
    },
  );

class Taken extends Error {}

function take(): Lock {
  mkdirSync(directory, { recursive: true });
  const lock = acquireOfdLock(join(directory, "monitor.lock"));
  if ("heldBy" in lock) throw new Taken("taken");
  return lock;
}

function aRegistration(pid: number): {
  readonly registration: Registration;
  readonly said: string[];
  readonly look: () => void;
} {
  const said: string[] = [];
  let nowMs = 0;
  const registration = new Registration(take(), {
    take: async () => take(),
    serve: (at) => serve(join(at, "monitor.sock"), pid),
    onRetaken: () => said.push("retaken"),
    onTrouble: (what) => said.push(what),
    onLost: (error) => said.push(`lost: ${error.message}`),
    isLoss: (error) => error instanceof Taken,
    nowMs: () => nowMs,
  });
  const look = (): void => {
    nowMs += 60_000;
    registration.look();
  };
  return { registration, said, look };
}

const asked = async (): Promise<unknown> => {
  const about: unknown = await (
    await fetch("http://monitor/about", { unix: join(directory, "monitor.sock") })
  ).json();
  return about;
};

test("nothing is done while both are in their place", async () => {
  const { registration, said, look } = aRegistration(1);
  look();
  expect(said).toEqual([]);
  expect(await asked()).toMatchObject({ pid: 1 });
  registration[Symbol.dispose]();
  expect(existsSync(join(directory, "monitor.sock"))).toBe(false);
});

test.each([
  ["the whole directory", ""],
  ["the lock alone", "monitor.lock"],
  ["the socket alone", "monitor.sock"],
])("%s is removed: both are taken again, and nobody else can have them", async (_what, name) => {
  const { registration, said, look } = aRegistration(1);
  rmSync(join(directory, name), { recursive: true });
  look();
  expect(await until(() => said.length > 0)).toBe(true);
  expect(said).toEqual(["retaken"]);
  expect(await asked()).toMatchObject({ pid: 1 });
  expect(take).toThrow(Taken);
  registration[Symbol.dispose]();
});

test("another one has them meanwhile: this one is lost, and leaves it both", async () => {
  const first = aRegistration(1);
  rmSync(directory, { recursive: true });
  const second = aRegistration(2);
  first.look();
  expect(await until(() => first.said.length > 0)).toBe(true);
  expect(first.said).toEqual(["lost: taken"]);
  first.registration[Symbol.dispose]();
  expect(await asked()).toMatchObject({ pid: 2 });
  expect(take).toThrow(Taken);
  second.registration[Symbol.dispose]();
});
