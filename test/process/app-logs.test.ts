/** What real programs write, and what of it is in their log files: the same bytes, in the same order. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAppLogs } from "../../src/app-log/app-logs.ts";
import { Checkpoint } from "../../src/app-log/log/checkpoint.ts";
import { notesOf } from "../../src/app-log/log/log-files.ts";
import { putAsideFiles } from "../../src/app-log/log/rotation.ts";
import { messageOf } from "../../src/text/system-error.ts";
import type { AppLogs, LoggedInstance, OutputLoss } from "../../src/ports/app-logs.ts";
import { faultsOf, logged, logPolicy, startFollower, wholeLog, writerCommand } from "../support/app-logs.ts";
import { until } from "../support/ready.ts";
import { linux, needs, root } from "../support/skip.ts";

let directory = "";
let logs: AppLogs;
let troubles: string[] = [];
let losses: OutputLoss[] = [];

function open(): AppLogs {
  const opened = openAppLogs({
    directory: join(directory, "state"),
    onTrouble: (path, why) => troubles.push(`${path}: ${why}`),
  });
  opened.onLoss((loss) => losses.push(loss));
  return opened;
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-app-logs-"));
  [troubles, losses] = [[], []];
  logs = open();
});
afterEach(async () => {
  await logs[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const path = (name: string): string => join(directory, "logs", name);
const spool = (name: string): string => join(directory, "state/spools", name);
const text = (name: string): string => readFileSync(path(name), "utf8");
const instance = (name: string, changes = {}, number = 0): LoggedInstance =>
  logged(name, logPolicy(directory, name, changes), number);

function start(app: LoggedInstance, argv: readonly string[]): Bun.Subprocess {
  const { streams, release } = logs.open(app);
  const child = Bun.spawn([...argv], { stdio: ["ignore", ...streams] });
  release();
  return child;
}

/** Until it has ended and its output is in the files. */
async function run(app: LoggedInstance, argv: readonly string[]): Promise<void> {
  await start(app, argv).exited;
  await logs.drained(app.key);
}

const bun = (program: string): string[] => [process.execPath, "-e", program];
const writing = (...pieces: readonly string[]): string[] =>
  bun(
    `const { writeSync } = require("node:fs");
     const all = (bytes) => { for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at); };
     ${pieces.map((piece) => `all(Buffer.from(${piece}));`).join("\n")}`,
  );

test("both streams reach their files, and the last lines of an error can be asked for", async () => {
  const app = instance("api");
  await run(app, bun(`console.log("out"); for (let i = 0; i < 20; i++) console.error("error", i)`));
  expect(text("api-out.log")).toBe("out\n");
  expect(text("api-err.log").split("\n")).toHaveLength(21);
  expect(logs.lastErrorLines(app.key, 2)).toEqual(["error 18", "error 19"]);
  await run(app, bun(`console.error("of the next run")`));
  expect(logs.lastErrorLines(app.key, 5)).toEqual(["of the next run"]);
});

const ODD: Readonly<Record<string, readonly [string, Buffer]>> = {
  "characters cut by writes": [
    `new Uint8Array([0xe6]), new Uint8Array([0x97]), new Uint8Array([0xa5, 10])`,
    Buffer.from("日\n"),
  ],
  "bytes that are no text": [`[0xff, 0, 0xc3, 10]`, Buffer.from([0xff, 0, 0xc3, 10])],
  "a line of 10 MB": [`"é".repeat(5_000_000) + "\\n"`, Buffer.from(`${"é".repeat(5_000_000)}\n`)],
  "lines longer than a chunk": [
    `("x".repeat(300_000) + "\\n").repeat(5)`,
    Buffer.from(`${"x".repeat(300_000)}\n`.repeat(5)),
  ],
  "empty lines and carriage returns": [`"\\n\\r\\n\\n"`, Buffer.from("\n\r\n\n")],
};

for (const [what, [piece, bytes]] of Object.entries(ODD))
  for (const shared of [false, true])
    test(`${what}, ${shared ? "in a shared file" : "in a file of its own"}`, async () => {
      const app = instance("odd");
      // another one that writes nothing: whole lines only from now on
      if (shared) logs.open(instance("odd", {}, 1)).release();
      const pieces = piece.startsWith("new ") ? piece.split(/, (?=new )/) : [piece];
      await run(app, writing(...pieces));
      expect(wholeLog(path("odd-out.log")).equals(bytes)).toBe(true);
    });

test("a last line without an end gets one when its app has ended, and not before", async () => {
  const app = instance("torn");
  const child = start(app, bun(`process.stdout.write("no end"); setTimeout(() => {}, 60_000)`));
  expect(await until(() => existsSync(path("torn-out.log")) && text("torn-out.log") !== "")).toBe(true);
  expect(text("torn-out.log")).toBe("no end");
  child.kill("SIGKILL");
  await child.exited;
  await logs.drained(app.key);
  await run(app, bun(`console.log("next")`));
  expect(text("torn-out.log")).toBe("no end\nnext\n");
});

test("a burst before the end, from ten apps at once", async () => {
  const names = Array.from({ length: 10 }, (_, number) => `burst${number}`);
  await Promise.all(names.map((name) => run(instance(name), writerCommand(name, 3_000, 1e9, true))));
  for (const name of names) {
    expect(faultsOf(path(`${name}-out.log`), { [name]: 3_000 })).toEqual([]);
    expect(faultsOf(path(`${name}-err.log`), { [`${name}-err`]: 3_000 })).toEqual([]);
  }
});

test("instances share a file line by line, or have their own", async () => {
  const shared = [0, 1, 2].map((number) => instance("many", {}, number));
  await Promise.all(shared.map((app) => run(app, writerCommand(`w${app.number}`, 2_000, 1e9))));
  expect(faultsOf(path("many-out.log"), { w0: 2_000, w1: 2_000, w2: 2_000 })).toEqual([]);
  const own = [0, 1].map((number) => instance("apart", { merge: false }, number));
  await Promise.all(own.map((app) => run(app, bun(`console.log("${app.number}")`))));
  expect([text("apart-out-0.log"), text("apart-out-1.log")]).toEqual(["0\n", "1\n"]);
});

const say = (number: number, words: string): void =>
  appendFileSync(spool(`test-halves-${number}.out`), words);

test("a shared file gets a line when it is whole", async () => {
  const apps = [0, 1].map((number) => instance("halves", {}, number));
  for (const app of apps) logs.open(app).release();
  say(0, "half ");
  say(1, "whole\n");
  expect(await until(() => existsSync(path("halves-out.log")) && lines("halves-out.log") === 1)).toBe(true);
  say(1, "half too ");
  say(0, "of it\n");
  expect(await until(() => lines("halves-out.log") === 2)).toBe(true);
  say(1, "and the rest\n");
  expect(await until(() => lines("halves-out.log") === 3)).toBe(true);
  expect(text("halves-out.log")).toBe("whole\nhalf of it\nhalf too and the rest\n");
});

test("a line whose end is there is not cut by another instance's", async () => {
  const [first, second] = [0, 1].map((number) => instance("halves", {}, number));
  if (first === undefined || second === undefined) throw new Error("two instances");
  logs.open(first).release();
  say(0, "half ");
  expect(await until(() => existsSync(path("halves-out.log")) && text("halves-out.log") !== "")).toBe(true);
  logs.open(second).release();
  // its spool is the first that is told of
  say(1, "whole\n");
  say(0, "of it\n");
  expect(await until(() => lines("halves-out.log") >= 2)).toBe(true);
  expect(text("halves-out.log")).toBe("half of it\nwhole\n");
});

test("an instance that is opened again while it is closed, with other settings, keeps its output", async () => {
  const app = instance("halves");
  logs.open(app).release();
  const closed = logs.close(app.key);
  logs.open(instance("halves", { keep: 5 })).release();
  await closed;
  say(0, "half of it\n");
  expect(await until(() => existsSync(path("halves-out.log")) && lines("halves-out.log") === 1)).toBe(true);
});

test("a line of another instance does not continue one that has no end yet", async () => {
  const app = instance("open");
  const child = start(app, bun(`process.stdout.write("no end"); setTimeout(() => {}, 60_000)`));
  expect(await until(() => existsSync(path("open-out.log")) && text("open-out.log") === "no end")).toBe(true);
  await run(instance("open", {}, 1), bun(`console.log("of another")`));
  expect(text("open-out.log")).toBe("no end\nof another\n");
  child.kill("SIGKILL");
  await child.exited;
});

const hasLines = (name: string, count: number): Promise<boolean> =>
  until(() => existsSync(path(name)) && lines(name) === count);

test("after a flood, a line that comes alone is told of", async () => {
  const app = instance("flood", { maxBytes: 1e9 });
  const { streams, release } = logs.open(app);
  const write = (program: string): Promise<number> =>
    Bun.spawn(bun(program), { stdio: ["ignore", ...streams] }).exited;
  for (let round = 1; round <= 2; round++) {
    // one write for each
    await write(`for (let at = 0; at < 20_000; at++) require("node:fs").writeSync(1, "flood\\n")`);
    expect(await hasLines("flood-out.log", round * 20_001 - 1)).toBe(true);
    await write(`console.log("alone")`);
    expect(await hasLines("flood-out.log", round * 20_001)).toBe(true);
  }
  release();
});

/** Nothing is under way. */
function isNoted(name: string): boolean {
  using checkpoint = new Checkpoint(`${notesOf(join(directory, "state/files"), path(name))}.at`);
  return checkpoint.noted !== null && checkpoint.noted.from === checkpoint.noted.to;
}

test("a file that was emptied while nobody lived does not get its last line again", async () => {
  const app = instance("again");
  const { streams, release } = logs.open(app);
  await logs[Symbol.asyncDispose]();
  {
    await using follower = startFollower(join(directory, "state"));
    await until(() => follower.lines.length > 0);
    await Bun.spawn(bun(`console.log("once")`), { stdio: ["ignore", ...streams] }).exited;
    expect(await until(() => existsSync(path("again-out.log")) && text("again-out.log") === "once\n")).toBe(
      true,
    );
    expect(await until(() => isNoted("again-out.log"))).toBe(true);
  }
  release();
  truncateSync(path("again-out.log"));
  logs = open();
  logs.resume(app);
  await logs.drained(app.key);
  expect(text("again-out.log")).toBe("");
});

test("a file for both streams, with dates", async () => {
  const app = instance("all", { combined: path("all.log"), dateFormat: "YYYY-MM-DD HH:mm" });
  await run(app, bun(`console.log("one\\ntwo"); console.error("three")`));
  const date = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d: `;
  expect(text("all-out.log")).toMatch(new RegExp(`^${date}one\n${date}two\n$`));
  expect(text("all.log").replaceAll(new RegExp(date, "g"), "").split("\n").toSorted()).toEqual([
    "",
    "one",
    "three",
    "two",
  ]);
});

test("no file for a stream: it goes nowhere", () => {
  const output = logs.open(instance("quiet", { out: null, err: "/dev/null" }));
  expect(output.streams).toEqual(["ignore", "ignore"]);
  output.release();
});

test("20,000 lines a second over many rotations: nothing is lost, and the old ones are packed", async () => {
  const app = instance("fast", { maxBytes: 200_000, compress: true });
  await run(app, writerCommand("fast", 20_000, 20_000));
  expect(putAsideFiles(path("fast-out.log")).length).toBeGreaterThan(5);
  const isPacked = (): boolean => putAsideFiles(path("fast-out.log")).every((file) => file.isPacked);
  expect(await until(isPacked)).toBe(true);
  expect(faultsOf(path("fast-out.log"), { fast: 20_000 })).toEqual([]);
});

test("put-aside files are kept by number and by age", async () => {
  const app = instance("kept", { maxBytes: 5_000, keep: 3 });
  await run(app, writerCommand("kept", 500, 1e9));
  expect(putAsideFiles(path("kept-out.log"))).toHaveLength(3);
  const old = path("kept-out.2020-01-01T00-00-00.000Z.log.gz");
  writeFileSync(old, "");
  const aged = { ...app, policy: { ...app.policy, keep: 10, keepMs: 86_400_000 } };
  await run(aged, writerCommand("kept", 50, 1e9));
  logs.rotate([app]);
  expect(existsSync(old)).toBe(false);
});

test("a day ends with its file", async () => {
  const app = instance("daily", { daily: true });
  mkdirSync(path(""), { recursive: true });
  writeFileSync(path("daily-out.log"), "yesterday\n");
  const yesterday = Date.now() / 1_000 - 86_400;
  utimesSync(path("daily-out.log"), yesterday, yesterday);
  await run(app, bun(`console.log("today")`));
  expect(text("daily-out.log")).toBe("today\n");
  expect(readFileSync(putAsideFiles(path("daily-out.log"))[0]?.path ?? "", "utf8")).toBe("yesterday\n");
});

test("a file that somebody moved, removed or emptied is gone on with", async () => {
  const app = instance("moved");
  await run(app, bun(`console.log("one")`));
  writeFileSync(path("other"), "zero\n");
  renameSync(path("other"), path("moved-out.log"));
  await run(app, bun(`console.log("one")`));
  expect(text("moved-out.log")).toBe("zero\none\n");
  rmSync(path("moved-out.log"));
  await run(app, bun(`console.log("one")`));
  renameSync(path("moved-out.log"), path("moved-out.log.1"));
  await run(app, bun(`console.log("two")`));
  expect([text("moved-out.log.1"), text("moved-out.log")]).toEqual(["one\n", "two\n"]);
  rmSync(path(""), { recursive: true });
  await run(app, bun(`console.log("three")`));
  expect(text("moved-out.log")).toBe("three\n");
  truncateSync(path("moved-out.log"));
  await run(app, bun(`console.log("four")`));
  expect(text("moved-out.log")).toBe("four\n");
  logs.truncate([app]);
  expect(text("moved-out.log")).toBe("");
  await run(app, bun(`console.log("five")`));
  expect(text("moved-out.log")).toBe("five\n");
});

test("what nobody writes to any more can be emptied and put aside, and no file is made for that", async () => {
  const app = instance("stopped");
  await run(app, bun(`console.log("one")`));
  await logs.close(app.key);
  logs.truncate([app]);
  expect(text("stopped-out.log")).toBe("");
  writeFileSync(path("stopped-out.log"), "two\n");
  logs.rotate([app]);
  expect(putAsideFiles(path("stopped-out.log"))).toHaveLength(1);
  rmSync(path(""), { recursive: true });
  logs.truncate([app]);
  expect(existsSync(path("stopped-out.log"))).toBe(false);
  expect(readdirSync(join(directory, "state/files")).filter((name) => name.endsWith(".at"))).toEqual([]);
});

test("a shell that empties its standard error with every line loses none of them", async () => {
  const app = instance("shell");
  const { streams, release } = logs.open(app);
  // one after the other, each as long as the last
  for (let number = 1; number <= 3; number++) {
    await Bun.spawn(["sh", "-c", "echo same > /dev/stderr"], { stdio: ["ignore", ...streams] }).exited;
    expect(await until(() => existsSync(path("shell-err.log")) && lines("shell-err.log") >= number)).toBe(
      true,
    );
  }
  release();
});
const lines = (name: string): number => text(name).split("\n").length - 1;

test("a ready line is found, also one that came before somebody asked", async () => {
  const app = instance("ready");
  const child = start(
    app,
    bun(`console.error("\\x1b[32mlisten\\x1b[0ming on 3000"); setTimeout(() => {}, 60_000)`),
  );
  const never = new AbortController();
  await logs.line(app.key, /^listening on \d+$/, never.signal);
  await logs.line(app.key, /^listening on \d+$/, never.signal);
  const waiting = logs.line(app.key, /nothing like it/, never.signal);
  never.abort(new Error("too late"));
  expect(await waiting.catch(messageOf)).toBe("too late");
  child.kill("SIGKILL");
  await child.exited;
});

const GROW = (size: string): string => `truncate -s ${size} /proc/self/fd/1`;
const SIZED: Readonly<Record<string, readonly [script: string, text: string, ...gaps: number[]]>> = {
  "makes it larger": [`echo one; ${GROW("200G")}; echo two`, "one\ntwo\n", 1],
  "by an odd number, in the middle of a line": [
    `printf one; ${GROW("+30000000001")}; echo two; printf three; ${GROW("+90000000001")}; echo four`,
    "one\ntwo\nthree\nfour\n",
    2,
  ],
  "at its end": [`echo one; ${GROW("200G")}`, "one\n", 1],
  "empties it, and makes it larger": [`${GROW("0")}; ${GROW("200G")}; echo one`, "one\n", 0, 1],
};

// the last one is a gap if it is looked at before anything is written behind it
for (const [what, [script, expected, ...gaps]] of Object.entries(SIZED))
  for (const dateFormat of [null, "[at]"])
    needs(linux)(
      `an app that changes the size of its output: ${what}, ${dateFormat ?? "no date"}`,
      async () => {
        const app = instance("sized", { dateFormat });
        await run(app, ["sh", "-c", script]);
        expect(text("sized-out.log").replaceAll("at: ", "")).toBe(expected);
        expect(gaps).toContain(losses.length);
        expect(losses.filter((loss) => loss.key !== app.key || loss.lines !== 0)).toEqual([]);
        await run(app, ["sh", "-c", "echo next"]);
        expect(text("sized-out.log").replaceAll("at: ", "")).toBe(`${expected}next\n`);
        expect(logs.lastErrorLines(app.key, 5)).toEqual([]);
      },
    );

test("what was read is given back to the disk, and the last lines stay", async () => {
  const app = instance("large", { maxBytes: 1e9 });
  await run(app, writing(`("x".repeat(99) + "\\n").repeat(100_000)`));
  const { size, blocks } = statSync(spool("test-large-0.out"));
  expect(size).toBeGreaterThan(10_000_000);
  expect(blocks * 512).toBeLessThan(1_000_000);
  await logs.close(app.key);
  expect(readdirSync(join(directory, "state/spools"))).toEqual([]);
  expect(readdirSync(join(directory, "state/files")).filter((name) => name.endsWith(".at"))).toEqual([]);
});

test("what ended while nobody lived is drained and goes; what goes on stays", async () => {
  const [ended, living] = [instance("ended"), instance("living")];
  logs.open(ended).release();
  logs.open(living).release();
  await logs[Symbol.asyncDispose]();
  appendFileSync(spool(`${ended.key}.out`), "last words");
  logs = open();
  logs.resume(living);
  await logs.closeOthers();
  expect(text("ended-out.log")).toBe("last words\n");
  expect(readdirSync(join(directory, "state/spools")).toSorted()).toEqual([
    `${living.key}.err`,
    `${living.key}.json`,
    `${living.key}.out`,
  ]);
});

test("another file from the next start on", async () => {
  const app = instance("first");
  await run(app, bun(`console.log("one")`));
  const other = { ...app, policy: { ...app.policy, out: path("second.log") } };
  await run(other, bun(`console.log("two")`));
  expect([text("first-out.log"), text("second.log")]).toEqual(["one\n", "two\n"]);
});

test("the portable backend brings the same lines, and empties a spool at the next start", async () => {
  const app = instance("portable");
  const state = join(directory, "state");
  const { streams, release } = logs.open(app);
  await logs[Symbol.asyncDispose]();
  await using follower = startFollower(state, { BUN_WATCHDOG_BACKEND: "portable" });
  expect(await until(() => follower.lines.length > 0)).toBe(true);
  await Bun.spawn(writerCommand("portable", 10_000, 20_000), { stdio: ["ignore", ...streams] }).exited;
  release();
  // its last line has no end, and is there as it is
  expect(
    await until(() => faultsOf(path("portable-out.log"), { portable: 10_000 }).length <= 2, 20_000, 200),
  ).toBe(true);
  follower.kill("SIGTERM");
  await follower.exited;
  logs = open();
  logs.resume(app);
  await logs.drained(app.key);
  expect(faultsOf(path("portable-out.log"), { portable: 10_000 })).toEqual([]);
});

needs(root)("a directory of another account gets nothing", async () => {
  const app = instance("foreign");
  mkdirSync(path(""), { recursive: true });
  chownSync(path(""), 65_534, 65_534);
  await run(app, bun(`console.log("mine")`));
  expect(readdirSync(path(""))).toEqual([]);
  expect(troubles.join()).toContain("foreign-out.log");
  chownSync(path(""), 0, 0);
});

const PLACES: Readonly<Record<string, (place: string) => void>> = {
  link: (place) => symlinkSync(path("victim"), place),
  directory: (place) => mkdirSync(place),
  pipe: (place) => void Bun.spawnSync(["mkfifo", place]),
};

test("a place that is not ours gets nothing, and what was written waits", async () => {
  mkdirSync(path(""), { recursive: true });
  writeFileSync(path("victim"), "");
  const places = Object.entries(PLACES).map(([name, make]) => [name, path(`${name}-out.log`), make] as const);
  for (const [, place, make] of places) make(place);
  await Promise.all(places.map(([name]) => run(instance(name), ["echo", "mine"])));
  expect(text("victim")).toBe("");
  for (const [name, place] of places) {
    expect(troubles.join()).toContain(`${name}-out.log`);
    rmSync(place, { recursive: true });
  }
  for (const [name, place] of places) {
    expect(await until(() => existsSync(place) && text(`${name}-out.log`) === "mine\n")).toBe(true);
    expect(troubles).toContain(`${place}: null`);
  }
  expect(losses).toEqual([]);
});

needs(linux)("nothing of local time is taken for a log that is not put aside at midnight", () => {
  const fixture = join(import.meta.dir, "../fixtures/first-local-time.ts");
  const state = join(directory, "alone");
  mkdirSync(state);
  const { stdout, stderr } = Bun.spawnSync([process.execPath, fixture, state], { stderr: "pipe" });
  expect(stderr.toString()).toBe("");
  // the first use takes 2 MB for good: it is still to come
  expect(Number(stdout.toString())).toBeGreaterThan(1_000);
});
