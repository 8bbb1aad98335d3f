/** Fields of lsof(8). The BSD ones are written by its manual: this was never run on macOS. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { NO_TIES } from "../../../../src/core/process/ties.ts";
import { tiesFrom } from "../../../../src/os/portable/ties.ts";
import { aProcess } from "../../../support/build.ts";
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

/** What lsof 4.95 printed of a program that did all of this. */
const BUSY = `p7
fcwd
tDIR
n/tmp
f0
ar
tFIFO
npipe
f5
ar
ta_inode
ninotify
f6
au
tIPv4
PUDP
n*:52543
f8
au
tIPv4
PTCP
n127.0.0.1:48294->127.0.0.1:42183
TST=ESTABLISHED
f9
au
tIPv4
PUDP
n127.0.0.1:39464->127.0.0.1:52543
`;

test("ties: connections, watches, a pipe whose other end cannot be told", () => {
  const files = parseLsof(BUSY);
  expect(listenersOf(files, 7)).toEqual([{ protocol: "udp", address: "52543" }]);
  const ties = tiesFrom(
    aProcess({ pid: 7 }),
    { files, environment: "bun x.ts HOME=/root BUN_INSPECT=1", unit: "a.service", ancestors: [] },
    "procps",
  );
  expect(ties).toMatchObject({ watchesFiles: true, input: null, service: "a.service" });
  expect(ties.inspectedBy).toContain("BUN_INSPECT");
  expect(ties.connections?.map(({ protocol, peer }) => [protocol, peer])).toEqual([
    ["tcp", "127.0.0.1:42183"],
    ["udp", "127.0.0.1:52543"],
  ]);
  const other = parseLsof(BUSY.replace("48294->127.0.0.1:42183", "42183->127.0.0.1:48294"));
  const [mine] = ties.connections ?? [];
  const [theirs] =
    tiesFrom(aProcess({ pid: 7 }), { files: other, environment: "", unit: "", ancestors: [] }, "procps")
      .connections ?? [];
  expect(theirs?.inode).toBe(mine?.peerInode ?? 0);
  expect(theirs?.peerInode).toBe(mine?.inode ?? 0);
});

test("ties: what was not told is not denied", () => {
  const untold = { environment: null, unit: null, ancestors: [] };
  const unknown = { connections: null, watchesFiles: null, input: null, inspectedBy: null, service: null };
  expect(tiesFrom(aProcess({ pid: 7, ppid: 1 }), { files: null, ...untold }, "bsd")).toMatchObject(unknown);
  expect(tiesFrom(aProcess({ pid: 8, ppid: 1 }), { files: parseLsof(BUSY), ...untold }, "bsd")).toMatchObject(
    unknown,
  );
  const quiet = parseLsof("p7\nf0\ntCHR\nn/dev/null\n");
  expect(
    tiesFrom(aProcess({ pid: 7 }), { files: quiet, environment: "bun", unit: null, ancestors: [] }, "bsd"),
  ).toEqual({
    ...NO_TIES,
  });
});

test("ties: who holds the other end, as Linux's lsof tells it", () => {
  const text = `p7
f0
ar
tFIFO
npipe 3,agent,5w 7,bun,0r
f6
au
tunix
i20
ntype=STREAM ->INO=21 9,sleep,0u
TST=CONNECTED
f7
au
tunix
i22
ntype=STREAM ->INO=23 3,agent,8u
TST=CONNECTED
f8
au
tunix
i24
n@redis type=STREAM ->INO=25 4,redis,6u
TST=CONNECTED
`;
  const told = { files: parseLsof(text), environment: "", unit: "", ancestors: [3, 1] };
  const ties = tiesFrom(aProcess({ pid: 7 }), told, "procps");
  expect(ties.input).toMatchObject({ kind: "held", by: [{ pid: 3, command: "agent" }] });
  expect(ties.connections).toMatchObject([
    { inode: 22, peerInode: 23, holders: [{ pid: 3 }] },
    { inode: 24, peerInode: 25, peer: "@redis" },
  ]);
});

test("BSD: a named unix socket without a state may be a listener", async () => {
  const files = await captured("lsof-bsd-by-manual.txt");
  expect(listenersOf(files, 601)).toEqual([{ protocol: "tcp", address: "3000" }]);
  expect(listenersOf(files, 602)).toBeNull();
  expect(listenersOf(files, 603)).toEqual([]);
  expect(directoriesOf(files).get(601)).toBe("/Users/someone/my project");
  expect(pipeReaders(files, 601, [602, 603])).toEqual(new Set([602]));
});
