/** Compression on real files: what is killed loses no line and repeats none, and nothing foreign is touched. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { LOG_FILE } from "../../src/record/activity-log.ts";
import { compressLog } from "../../src/record/compress-log.ts";
import { followLog } from "../../src/record/follow-log.ts";
import { finishedLogs, linkCurrentLog, type LogDay, logDays } from "../../src/record/log-files.ts";
import { Random, seed } from "../support/random.ts";

const fixture = join(import.meta.dir, "../fixtures/maintenance/compress.ts");
const now = new Date("2020-11-26T12:00:00Z");
const name = (day: string): string => `bun-process-monitor-2020-11-${day}.log`;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-compress-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const path = (file: string): string => join(directory, file);
const day = (file: string): LogDay => {
  const found = logDays(readdirSync(directory)).find((each) => each.name === file);
  if (found === undefined) throw new Error(`${file} is not there`);
  return found;
};
const unpacked = (file: string): string => gunzipSync(readFileSync(path(`${file}.gz`))).toString();

async function lines(count: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const line of followLog(path(LOG_FILE), { lines: count, follow: false })) found.push(line);
  return found;
}

test("a finished day becomes a .gz of mode 0600; `logs` reads on over it", async () => {
  writeFileSync(path(name("23")), "one\ntwo\n");
  writeFileSync(path(name("24")), "three\n");
  writeFileSync(path(name("25")), "four\n");
  writeFileSync(path(name("26")), "five\n");
  linkCurrentLog(directory, name("26"));
  for (const each of finishedLogs(readdirSync(directory), now)) await compressLog(directory, each);
  expect(readdirSync(directory).toSorted()).toEqual(
    [`${name("23")}.gz`, `${name("24")}.gz`, name("25"), name("26"), LOG_FILE].toSorted(),
  );
  expect(unpacked(name("23"))).toBe("one\ntwo\n");
  expect(statSync(path(`${name("23")}.gz`)).mode & 0o777).toBe(0o600);
  expect(await lines(50)).toEqual(["one", "two", "three", "four", "five"]);
  expect(await lines(4)).toEqual(["two", "three", "four", "five"]);
  expect(await lines(2)).toEqual(["four", "five"]);
});

test("both files of a day with the same lines: a killed round, and the plain one goes", async () => {
  writeFileSync(path(name("23")), "one\ntwo\n");
  writeFileSync(path(`${name("23")}.gz`), gzipSync("one\ntwo\n"));
  writeFileSync(path(name("26")), "five\n");
  linkCurrentLog(directory, name("26"));
  expect(await lines(50)).toEqual(["one", "two", "five"]);
  await compressLog(directory, day(name("23")));
  expect(existsSync(path(name("23")))).toBe(false);
  expect(unpacked(name("23"))).toBe("one\ntwo\n");
});

test("a clock that was set back writes on a day that is compressed: later lines come after, once", async () => {
  writeFileSync(path(`${name("23")}.gz`), gzipSync("one\ntwo\n"));
  writeFileSync(path(name("23")), "three\n");
  writeFileSync(path(name("26")), "five\n");
  linkCurrentLog(directory, name("26"));
  expect(await lines(50)).toEqual(["one", "two", "three", "five"]);
  expect(await lines(3)).toEqual(["two", "three", "five"]);
  await compressLog(directory, day(name("23")));
  expect(unpacked(name("23"))).toBe("one\ntwo\nthree\n");
  // killed after the rename: the plain file is still there
  writeFileSync(path(name("23")), "three\n");
  await compressLog(directory, day(name("23")));
  expect(unpacked(name("23"))).toBe("one\ntwo\nthree\n");
  expect(await lines(50)).toEqual(["one", "two", "three", "five"]);
});

test("no symbolic link is followed, and nothing is lost by a broken .gz", async () => {
  const precious = path("precious");
  writeFileSync(precious, "precious\n");
  symlinkSync(precious, path(name("20")));
  writeFileSync(path(name("21")), "one\n");
  symlinkSync(precious, path(`${name("21")}.gz`));
  writeFileSync(path(name("22")), "two\n");
  writeFileSync(path(`${name("22")}.gz`), gzipSync("older\n").subarray(0, 12));
  symlinkSync(precious, path("bun-process-monitor.compressing"));
  writeFileSync(path(name("23")), "three\n");
  const fails = (date: string): Promise<boolean> =>
    compressLog(directory, day(name(date))).then(
      () => false,
      () => true,
    );
  for (const each of ["20", "21", "22"]) expect([each, await fails(each)]).toEqual([each, true]);
  await compressLog(directory, day(name("23")));
  expect(readFileSync(precious, "utf8")).toBe("precious\n");
  expect(readFileSync(path(name("21")), "utf8")).toBe("one\n");
  expect(readFileSync(path(name("22")), "utf8")).toBe("two\n");
  expect(unpacked(name("23"))).toBe("three\n");
});

test("KILL at any moment: no line is lost and none is there twice", async () => {
  const random = new Random(seed());
  const linesOf = (date: string, count: number): string =>
    Array.from({ length: count }, (_, at) => `${date} ${at} ${random.whole(0, 1e9)}\n`).join("");
  const expected = new Map<string, string>();
  let killed = 0;
  for (let round = 0; round < 30; round++) {
    for (const each of ["21", "22", "23"]) {
      const more = linesOf(each, random.whole(1, 20_000));
      // now and then a clock that was set back goes on writing where a killed round may have left both files
      if (expected.has(each) && existsSync(path(name(each)))) continue;
      expected.set(each, (expected.get(each) ?? "") + more);
      appendFileSync(path(name(each)), more);
    }
    const child = Bun.spawn([process.execPath, fixture, directory], { stdout: "pipe" });
    await child.stdout.getReader().read();
    await Bun.sleep(random.whole(0, 60));
    child.kill("SIGKILL");
    await child.exited;
    if (child.signalCode !== null) killed++;
  }
  expect(killed).toBeGreaterThan(0);
  for (const each of finishedLogs(readdirSync(directory), now).filter(({ isPlain }) => isPlain))
    await compressLog(directory, each);
  for (const [each, text] of expected) expect(unpacked(name(each)) === text).toBe(true);
  expect(readdirSync(directory).filter((file) => file.endsWith(".log"))).toEqual([]);
}, 120_000);
