/** Both ends of the control socket: who may ask, and what an answer is taken for. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMonitor, MonitorError } from "../../../src/wire/control-client.ts";
import { type Answers, serveControl } from "../../../src/wire/control-socket.ts";
import { type MonitorAbout, PROTOCOL } from "../../../src/wire/report.ts";
import { aSelf } from "../../support/build.ts";

let directory = "";
let path = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-control-"));
  path = join(directory, "control.sock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const about = (protocol = PROTOCOL): MonitorAbout => ({
  protocol,
  version: "9.9.9",
  pid: 77,
  project: "/",
  config: null,
  mode: "enforce",
  scope: "user",
  sinceMs: 0,
  log: "/",
});

const fails = (): never => {
  throw new Error("no room for it");
};

/** Whoever asks for something gets an error; `asked` says what it was. */
function aMonitor(protocol?: number): { readonly answers: Answers; readonly asked: string[] } {
  const asked: string[] = [];
  const refuse = (what: string) => () => {
    asked.push(what);
    return fails();
  };
  const answers: Answers = {
    about: () => about(protocol),
    report: refuse("report"),
    cleanup: refuse("cleanup"),
    stopByHand: refuse("stop-process"),
    keep: refuse("keep"),
    accompany: refuse("accompany"),
    depart: refuse("depart"),
    stop: () => void asked.push("stop"),
  };
  return { answers, asked };
}

const cleanup = { dryRun: false, force: false, yes: false, watchForMs: 0, project: null };

const failure = (asking: Promise<unknown>): Promise<unknown> => asking.catch((error: unknown) => error);

async function found(): Promise<NonNullable<Awaited<ReturnType<typeof findMonitor>>>> {
  const monitor = await findMonitor(path);
  if (monitor === null) throw new Error("nobody listens");
  return monitor;
}

test("only this account can open it; it takes the place of a leftover, and goes with the monitor", async () => {
  writeFileSync(path, "what a killed monitor left");
  const serving = serveControl(path, aMonitor().answers);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await found()).about.pid).toBe(77);
  serving[Symbol.dispose]();
  expect(existsSync(path)).toBe(false);
  expect(await findMonitor(path)).toBeNull();
});

test("while another account is connected nothing is answered and nothing is done, whatever is asked for", async () => {
  const { answers, asked } = aMonitor();
  using _ = serveControl(path, answers, () => false);
  for (const [method, route] of [
    ["GET", "about"],
    ["POST", "report"],
    ["POST", "cleanup"],
    ["POST", "stopByHand"],
    ["POST", "keep"],
    ["POST", "stop"],
  ] as const) {
    const body = method === "POST" ? { body: JSON.stringify({ caller: aSelf(), request: {} }) } : {};
    const response = await fetch(`http://monitor/${route}`, { unix: path, method, ...body });
    expect([route, response.status]).toEqual([route, 403]);
  }
  expect(String(await failure(findMonitor(path)))).toContain("another account is connected");
  // /stop would act after its answer
  await new Promise((resolve) => setTimeout(resolve));
  expect(asked).toEqual([]);
});

test("a request that fails there is an error here, with what was wrong", async () => {
  const { answers, asked } = aMonitor();
  using _ = serveControl(path, answers);
  const monitor = await found();
  expect(String(await failure(monitor.cleanup(cleanup, aSelf())))).toContain(
    "The running monitor failed on /cleanup: no room for it",
  );
  expect(asked).toEqual(["cleanup"]);
});

test("a monitor of another version is asked for nothing but its end", async () => {
  const { answers, asked } = aMonitor(PROTOCOL - 1);
  using _ = serveControl(path, answers);
  const monitor = await found();
  const failed = await failure(monitor.cleanup(cleanup, aSelf()));
  expect(failed).toBeInstanceOf(MonitorError);
  expect(String(failed)).toContain("(pid 77) is version 9.9.9");
  expect(asked).toEqual([]);
  await monitor.stop();
  while (asked.length === 0) await Bun.sleep(1);
  expect(asked).toEqual(["stop"]);
});

test("something else behind the socket is no monitor that is absent", async () => {
  using _ = Bun.listen({
    unix: path,
    socket: { data: (socket) => void socket.end("SSH-2.0-OpenSSH\r\n\r\n") },
  });
  expect(String(await failure(findMonitor(path)))).toContain(`The monitor behind ${path} does not answer`);
});

test("a body larger than any request of ours is not read, and whoever sent it is told so", async () => {
  const { answers, asked } = aMonitor();
  using _ = serveControl(path, answers);
  for (const body of ["[".repeat(70_000), "x".repeat(5_000_000)]) {
    const response = await fetch("http://monitor/report", { unix: path, method: "POST", body });
    expect(response.status).toBe(413);
  }
  const one = { pid: 1_234_567, startTicks: 123_456_789, exe: "2049:1234567" };
  const many = { chosen: Array.from({ length: 2_000 }, () => one), dryRun: false, force: false };
  const error = await failure((await found()).stopByHand(many, aSelf()));
  expect(error).toBeInstanceOf(MonitorError);
  expect(String(error)).toContain("more was asked at once than it reads");
  expect(asked).toEqual([]);
});
