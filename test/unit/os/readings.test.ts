import { describe, expect, test } from "bun:test";
import { parseSchedstat, parseIo, parsePss } from "../../../src/os/linux/sample/details.ts";
import { availableBytes } from "../../../src/os/linux/sample/instruments.ts";
import { parseStatus } from "../../../src/os/linux/proc/status.ts";
import { splitArguments } from "../../../src/os/linux/proc/lineage.ts";

const STATUS = `Name:	bun
Umask:	0022
State:	S (sleeping)
Tgid:	5653
Pid:	5653
PPid:	5649
Uid:	1000	1001	1002	1003
Gid:	0	0	0	0
NSpid:	5653
VmRSS:	   38304 kB
RssAnon:	    4416 kB
RssFile:	   33888 kB
RssShmem:	     100 kB
VmSwap:	      12 kB
Threads:	6
`;

describe("status", () => {
  test("is the real uid, and anonymous + shared + swapped memory: no file's", () => {
    expect(parseStatus(STATUS)).toEqual({ uid: 1000, nested: false, memoryBytes: (4416 + 100 + 12) * 1024 });
  });

  test("with two pids is of a nested namespace", () => {
    expect(parseStatus(STATUS.replace("NSpid:\t5653", "NSpid:\t5653\t1")).nested).toBe(true);
  });

  test("without memory (zombie, kernel thread) says so", () => {
    expect(parseStatus(STATUS.replace(/^(?:Vm|Rss).*\n/gm, "")).memoryBytes).toBeNull();
  });

  test("is not deceived by a name: the kernel escapes its newlines", () => {
    expect(parseStatus(STATUS.replace("bun", "x\\nUid:\\t0\\nRssAnon:\\t9")).uid).toBe(1000);
  });

  test("of nothing is unknown, not zero", () => {
    expect(parseStatus("")).toEqual({ uid: null, nested: null, memoryBytes: null });
  });
});

describe("io", () => {
  test("is bytes and calls, both ways", () => {
    const text =
      "rchar: 10\nwchar: 5\nsyscr: 3\nsyscw: 1\nread_bytes: 900\nwrite_bytes: 900\ncancelled_write_bytes: 0\n";
    expect(parseIo(text)).toEqual({ ioBytes: 15, ioCalls: 4, writtenBytes: 5, writeCalls: 1 });
  });

  test("of nothing is unknown", () => {
    expect(parseIo("")).toEqual({
      ioBytes: null,
      ioCalls: null,
      writtenBytes: null,
      writeCalls: null,
    });
  });
});

test("pss is the anonymous, shared and swapped part", () => {
  const text =
    "00200000-7ffd [rollup]\nRss:  38304 kB\nPss:  20000 kB\nPss_Anon:  4000 kB\nPss_File:  16000 kB\nPss_Shmem:  24 kB\nSwap: 9 kB\nSwapPss:  8 kB\n";
  expect(parsePss(text)).toBe(4032 * 1024);
  expect(parsePss("Rss: 1 kB\n")).toBeNull();
});

test("schedstat is run + wait", () => {
  expect(parseSchedstat("55726197 1000 12\n")).toBe(55727197);
  expect(parseSchedstat("")).toBeNull();
});

test("available memory is the kernel's estimate", () => {
  expect(availableBytes("MemTotal: 9 kB\nMemFree: 3 kB\nMemAvailable:   7 kB\n")).toBe(7168);
  expect(availableBytes("MemTotal: 9 kB\nMemFree: 3 kB\n")).toBe(3072);
});

test.each([
  ["bun\0x.ts\0", ["bun", "x.ts"]],
  ["bun\0--name\0\0last\0", ["bun", "--name", "", "last"]],
  ["postgres: idle\0\0\0\0", ["postgres: idle"]],
  ["no end", ["no end"]],
  ["", []],
])("arguments %p", (text, argv) => {
  expect(splitArguments(text)).toEqual(argv);
});
