import { expect, test } from "bun:test";
import { eachNumber, firstProcessPosition } from "../../../src/os/linux/proc/dirents.ts";
import { allocate } from "../../../src/os/linux/ffi.ts";

interface Entry {
  readonly name: string;
  readonly inode?: number;
  readonly next?: number;
}

/** struct linux_dirent64, as getdents64(2) lays it out. */
const records = (entries: readonly Entry[]): Uint8Array<ArrayBuffer> => {
  const memory = allocate(4096);
  const view = new DataView(memory.buffer);
  let at = 0;
  for (const { name, inode = 1, next = 0 } of entries) {
    const bytes = new TextEncoder().encode(name);
    const length = Math.ceil((19 + bytes.length + 1) / 8) * 8;
    view.setBigUint64(at, BigInt(inode), true);
    view.setBigInt64(at + 8, BigInt(next), true);
    view.setUint16(at + 16, length, true);
    memory.set(bytes, at + 19);
    at += length;
  }
  return memory.subarray(0, at);
};

const numbersIn = (bytes: Uint8Array<ArrayBuffer>): [number, number][] => {
  const found: [number, number][] = [];
  eachNumber(bytes, new Uint32Array(bytes.buffer), bytes.length, (number, inode) =>
    found.push([number, inode]),
  );
  return found;
};

test("finds pids with their inodes, and nothing else", () => {
  const bytes = records([
    { name: "self", inode: 5 },
    { name: "1", inode: 77 },
    { name: "99x" },
    { name: "0", inode: 3 },
    { name: "" },
    { name: "4194304", inode: 0xffffffff },
    { name: "-1" },
    { name: "net" },
  ]);
  expect(numbersIn(bytes)).toEqual([
    [1, 77],
    [0, 3],
    [4194304, 0xffffffff],
  ]);
});

test("keeps the low half of a 64-bit inode", () => {
  expect(numbersIn(records([{ name: "7", inode: 2 ** 32 + 9 }]))).toEqual([[7, 9]]);
});

test("ends on records without a length", () => {
  expect(numbersIn(allocate(64))).toEqual([]);
});

test("knows where processes begin when positions are the kernel's", () => {
  expect(firstProcessPosition(records([{ name: "bus", next: 300 + 258 }, { name: "300" }]), 48)).toBe(258);
});

test("reads from the start when they are not", () => {
  const bytes = records([{ name: "bus", next: 17 }, { name: "300" }]);
  expect(firstProcessPosition(bytes, bytes.length)).toBe(0);
});
