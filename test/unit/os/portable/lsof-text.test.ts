/** Fields of lsof(8). The BSD ones are written by its manual: this was never run on macOS. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { directoriesOf, listenersOf, parseLsof, pipeReaders } from "../../../../src/os/portable/lsof-text.ts";

const captured = async (name: string) =>
  parseLsof(await Bun.file(join(import.meta.dir, "../../../fixtures/captured/portable", name)).text());

test("Linux: listeners, directories and the reader of a pipe", async () => {
  const files = await captured("lsof-linux.txt");
  expect(listenersOf(files, 3)).toEqual([
    { protocol: "tcp", address: "40725" },
    { protocol: "unix", address: "/tmp/xx.sock" },
  ]);
  expect(listenersOf(files, 4)).toEqual([]);
  expect(directoriesOf(files)).toEqual(
    new Map([
      [3, "/tmp"],
      [4, "/tmp"],
    ]),
  );
  expect(pipeReaders(files, 3, [3, 4, 5])).toEqual(new Set([4]));
  expect(pipeReaders(files, 4, [3, 5])).toEqual(new Set());
});

test("who may not be looked at, or is not there, is unknown", async () => {
  const files = await captured("lsof-linux.txt");
  expect(listenersOf(files, 5)).toBeNull();
  expect(listenersOf(files, 6)).toBeNull();
  expect(listenersOf([], 1)).toBeNull();
});

test("BSD: a named unix socket without a state may be a listener", async () => {
  const files = await captured("lsof-bsd-by-manual.txt");
  expect(listenersOf(files, 601)).toEqual([{ protocol: "tcp", address: "3000" }]);
  expect(listenersOf(files, 602)).toBeNull();
  expect(listenersOf(files, 603)).toEqual([]);
  expect(directoriesOf(files).get(601)).toBe("/Users/someone/my project");
  expect(pipeReaders(files, 601, [602, 603])).toEqual(new Set([602]));
});
