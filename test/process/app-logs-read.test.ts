/** What `logs` prints of files that a manager has written, or that it writes meanwhile. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAppLogs } from "../../src/app-log/app-logs.ts";
import { notesOf } from "../../src/app-log/log/log-files.ts";
import { packPutAside } from "../../src/app-log/log/pack.ts";
import { noteOf, timesPath } from "../../src/app-log/log/times.ts";
import { type ReadLogsOptions, readLogs } from "../../src/app-log/read/read-logs.ts";
import { logSources } from "../../src/app-log/read/sources.ts";
import type { AppLogs, LoggedInstance } from "../../src/ports/app-logs.ts";
import { logged, logPolicy } from "../support/app-logs.ts";
import { until } from "../support/ready.ts";

let directory = "";
let logs: AppLogs;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-read-logs-"));
  logs = openAppLogs({ directory: join(directory, "state") });
});
afterEach(async () => {
  await logs[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const instance = (name: string, number = 0): LoggedInstance =>
  logged(name, logPolicy(directory, name), number);
const out = (name: string): string => join(directory, "logs", `${name}-out.log`);

/** As if the app had written it. */
async function say(app: LoggedInstance, text: string, stream: "out" | "err" = "out"): Promise<void> {
  appendFileSync(join(directory, "state/spools", `${app.key}.${stream}`), text);
  await logs.drained(app.key);
}

const options = (
  apps: readonly LoggedInstance[],
  changes: Partial<ReadLogsOptions> = {},
): ReadLogsOptions => ({
  sources: logSources(
    apps.map(({ app, number, policy, key }, id) => ({ app, id, number, policy, keys: [key] })),
    ["out", "err"],
  ),
  directory: join(directory, "state"),
  format: "people",
  follow: false,
  lines: 15,
  sinceMs: null,
  ...changes,
});

async function read(
  apps: readonly LoggedInstance[],
  changes: Partial<ReadLogsOptions> = {},
): Promise<string> {
  const pieces = await Array.fromAsync(readLogs(options(apps, changes)));
  return Buffer.concat(pieces).toString();
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join("");

/** Reads along until it is left. */
function follow(apps: readonly LoggedInstance[], changes: Partial<ReadLogsOptions> = {}): Following {
  const stop = new AbortController();
  const pieces: Buffer[] = [];
  const over = (async () => {
    for await (const piece of readLogs(
      options(apps, { follow: true, signal: stop.signal, format: "raw", ...changes }),
    ))
      pieces.push(piece);
  })();
  return {
    text: () => Buffer.concat(pieces).toString(),
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await over;
    },
  };
}
interface Following extends AsyncDisposable {
  readonly text: () => string;
}

test("the last lines of each file, with a label, as a person or a program wants them", async () => {
  const app = instance("api");
  logs.open(app).release();
  await say(app, numbers(0, 1_000));
  await say(app, "oh\u001b[2J no\u0007\n", "err");
  expect(await read([app], { lines: 2 })).toBe(
    "0|api | line 998\n0|api | line 999\n0|api | oh\\x1b[2J no\\x07\n",
  );
  expect(await read([app], { lines: 1, format: "raw" })).toBe("line 999\noh\u001b[2J no\u0007\n");
  const [first = ""] = (await read([app], { lines: 1, format: "json" })).split("\n");
  expect(JSON.parse(first)).toMatchObject({ app: "api", instance: 0, stream: "out", line: "line 999" });
  expect(typeof JSON.parse(first).at).toBe("number");
});

test("more lines than the file has come from what was put aside, packed or not", async () => {
  const app = instance("old");
  logs.open(app).release();
  for (let part = 0; part < 4; part++) {
    await say(app, numbers(part * 10, part * 10 + 10));
    if (part === 3) continue;
    logs.rotate([app]);
    if (part === 1) await packPutAside(out("old"));
  }
  expect(await read([app], { lines: 5, format: "raw" })).toBe(numbers(35, 40));
  expect(await read([app], { lines: 17, format: "raw" })).toBe(numbers(23, 40));
  expect(await read([app], { lines: 33, format: "raw" })).toBe(numbers(7, 40));
  expect(await read([app], { lines: 1_000, format: "raw" })).toBe(numbers(0, 40));
  expect(await read([app], { lines: 0, format: "raw" })).toBe("");
});

test("the last lines of a large file, and one without an end", async () => {
  const app = instance("large");
  logs.open(app).release();
  await say(app, numbers(0, 100_000));
  appendFileSync(out("large"), "no end");
  expect(await read([app], { lines: 3, format: "raw" })).toBe("line 99998\nline 99999\nno end\n");
  expect(await read([app], { lines: 70_000, format: "raw" })).toBe(`${numbers(30_001, 100_000)}no end\n`);
});

/** When bytes of its log came. */
const note = (app: LoggedInstance, ...notes: readonly (readonly [offset: number, atMs: number])[]): void => {
  const bytes = Buffer.concat(notes.map(([offset, atMs]) => noteOf(offset, atMs, 0)));
  writeFileSync(timesPath(notesOf(join(directory, "state/files"), out(app.app)), null), bytes);
};

test("several apps by the time of their lines, and what came since a moment", async () => {
  const [a, b] = [instance("a"), instance("b")];
  for (const app of [a, b]) {
    logs.open(app).release();
    await say(app, `${app.app} one\n${app.app} two\n`);
  }
  // as if the second line of each had come later, and b's before a's
  note(a, [0, 1_000_000], [6, 4_000_000]);
  note(b, [0, 2_000_000], [6, 3_000_000]);
  expect(await read([a, b], { format: "raw" })).toBe("a one\nb one\nb two\na two\n");
  expect(await read([a, b], { format: "raw", sinceMs: 2_500_000, lines: Infinity })).toBe("b two\na two\n");
  expect(await read([a, b], { format: "raw", sinceMs: 5_000_000 })).toBe("");
});

const objects = (text: string): unknown[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("whose line it is, in a file that several share: of instances, of both streams, as it comes", async () => {
  const policy = logPolicy(directory, "web", { err: out("web") });
  const web = [0, 1].map((number) => logged("web", policy, number));
  for (const app of web) logs.open(app).release();
  const [first, second] = web;
  if (first === undefined || second === undefined) throw new Error("there are two");
  await using following = follow(web, { format: "json" });
  const said = async (): Promise<void> => {
    await say(first, "one\ntwo\n");
    await say(second, "three\n");
    await say(second, "four\n", "err");
    await say(first, "five\n");
  };
  const expected = [
    { instance: 0, stream: "out", line: "one" },
    { instance: 0, stream: "out", line: "two" },
    { instance: 1, stream: "out", line: "three" },
    { instance: 1, stream: "err", line: "four" },
    { instance: 0, stream: "out", line: "five" },
  ];
  await said();
  expect(objects(await read(web, { format: "json" }))).toMatchObject(expected);
  expect(await until(() => following.text().includes("five"))).toBe(true);
  expect(objects(following.text())).toMatchObject(expected);
  logs.rotate([first]);
  await said();
  expect(await until(() => following.text().split("five").length === 3)).toBe(true);
  expect(objects(following.text())).toMatchObject([...expected, ...expected]);
  expect(await read(web, { lines: 3 })).toBe("1|web | three\n1|web | four\n0|web | five\n");
});

test("instances that share a file are one source; a file for both streams is none", () => {
  const policy = logPolicy("/", "x", { combined: "/logs/x-all.log" });
  const owners = [0, 1].map((number) => ({
    app: "x",
    id: number + 3,
    number,
    policy,
    keys: [`x-${number}`],
  }));
  expect(
    logSources(owners, ["out", "err"]).map(({ path, label, instance: of }) => [path, label, of]),
  ).toEqual([
    ["/logs/x-out.log", "x", null],
    ["/logs/x-err.log", "x", null],
  ]);
  const [apart] = logSources(
    [{ app: "x", id: 4, number: 1, keys: ["x-1"], policy: { ...policy, merge: false } }],
    ["out"],
  );
  expect(apart).toMatchObject({ path: "/logs/x-out-1.log", label: "4|x", instance: 1 });
});

test("--follow goes on over rotations, removal and emptying, and begins before there is a file", async () => {
  const app = instance("live");
  await using following = follow([app]);
  const isSeen = (text: string): Promise<boolean> => until(() => following.text() === text);
  logs.open(app).release();
  await say(app, numbers(0, 3));
  expect(await isSeen(numbers(0, 3))).toBe(true);
  logs.rotate([app]);
  await say(app, numbers(3, 6));
  expect(await isSeen(numbers(0, 6))).toBe(true);
  // put aside several times before anybody looks
  for (let at = 6; at < 30; at++) {
    await say(app, numbers(at, at + 1));
    logs.rotate([app]);
  }
  await say(app, numbers(30, 31));
  expect(await isSeen(numbers(0, 31))).toBe(true);
  renameSync(out("live"), `${out("live")}.moved`);
  await say(app, numbers(31, 33));
  expect(await isSeen(numbers(0, 33))).toBe(true);
  truncateSync(out("live"));
  await say(app, numbers(33, 34));
  expect(await isSeen(numbers(0, 34))).toBe(true);
});

test("--follow has what came and was put aside before it could look", async () => {
  const app = instance("quick");
  await using following = follow([app]);
  // it has looked, and there was nothing
  await Bun.sleep(50);
  logs.open(app).release();
  await say(app, numbers(0, 3));
  logs.rotate([app]);
  await say(app, numbers(3, 6));
  logs.rotate([app]);
  await say(app, numbers(6, 9));
  expect(await until(() => following.text().endsWith("line 8\n"))).toBe(true);
  expect(following.text()).toBe(numbers(0, 9));
});

test("--follow while 20,000 lines a second are written and put aside", async () => {
  const app = logged("rush", logPolicy(directory, "rush", { maxBytes: 20_000 }));
  logs.open(app).release();
  await say(app, "first\n");
  await using following = follow([app], { lines: 1 });
  expect(await until(() => following.text() === "first\n")).toBe(true);
  for (let at = 0; at < 20_000; at += 100) {
    await say(app, numbers(at, at + 100));
    if (at % 1_000 === 0) await Bun.sleep(0);
  }
  expect(await until(() => following.text().endsWith("line 19999\n"))).toBe(true);
  expect(following.text()).toBe(`first\n${numbers(0, 20_000)}`);
});
