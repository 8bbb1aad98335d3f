import { describe, expect, test } from "bun:test";
import { bunMark, type ReadAt } from "../../../src/os/elf.ts";

const TRAILER = "\n---- Bun! ----\n";

interface Shape {
  readonly sections?: readonly string[];
  /** The first 8 bytes of each section's content. */
  readonly content?: bigint;
  readonly end?: string;
}

/** A file with an ELF header, section contents, names and the section table: elf(5). */
const elf = ({ sections = [], content = 0n, end = "" }: Shape): Buffer => {
  const names = Buffer.from(["", ...sections, ".shstrtab"].map((name) => `${name}\0`).join(""));
  const namesAt = 72;
  const tableAt = namesAt + names.length;
  const all = ["", ...sections, ".shstrtab"];
  const file = Buffer.alloc(tableAt + all.length * 64);
  file.write("\x7fELF\x02\x01", 0, "latin1");
  file.writeBigUInt64LE(BigInt(tableAt), 40);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(all.length, 60);
  file.writeUInt16LE(all.length - 1, 62);
  file.writeBigUInt64LE(content, 64);
  names.copy(file, namesAt);
  all.forEach((name, index) => {
    const at = tableAt + index * 64;
    file.writeUInt32LE(name === "" ? 0 : names.indexOf(`\0${name}\0`) + 1, at);
    file.writeBigUInt64LE(BigInt(index === all.length - 1 ? namesAt : 64), at + 24);
    file.writeBigUInt64LE(BigInt(index === all.length - 1 ? names.length : 8), at + 32);
  });
  return Buffer.concat([file, Buffer.from(end)]);
};

const markOf = (file: Buffer) => {
  const readAt: ReadAt = (into, offset) => file.copy(into, 0, Math.min(offset, file.length));
  return bunMark(readAt, file.length);
};

describe("an executable", () => {
  test("with an empty .bun section is Bun", () => {
    expect(markOf(elf({ sections: [".text", ".bun", ".data"] }))).toBe("bun");
  });

  test("with a payload in it is a compiled program", () => {
    expect(markOf(elf({ sections: [".text", ".bun"], content: 196n }))).toBe("compiled");
  });

  test("with other sections is neither", () => {
    expect(markOf(elf({ sections: [".text", ".bun_builtins", ".bunny", "x.bun"] }))).toBe("none");
  });

  test("with the payload appended is a compiled program of an older Bun", () => {
    expect(markOf(elf({ sections: [".text"], end: `payload${TRAILER}12345678` }))).toBe("compiled");
  });

  test("that only contains the mark is not", () => {
    expect(markOf(elf({ sections: [".text"], end: `${TRAILER}12345678 and more` }))).toBe("none");
  });
});

describe("what is no ELF file, or a broken one, is neither", () => {
  const whole = elf({ sections: [".text", ".bun"] });
  const broken = (change: (file: Buffer) => void): Buffer => {
    const file = Buffer.from(whole);
    change(file);
    return file;
  };
  test.each([
    ["nothing", Buffer.alloc(0)],
    ["a script", Buffer.from("#!/usr/bin/env bun\n".repeat(10))],
    ["32 bit", broken((file) => file.writeUInt8(1, 4))],
    ["cut off", whole.subarray(0, 90)],
    ["a table beyond the end", broken((file) => file.writeBigUInt64LE(2n ** 40n, 40))],
    ["a table beyond all numbers", broken((file) => file.writeBigUInt64LE(2n ** 64n - 1n, 40))],
    ["too many sections", broken((file) => file.writeUInt16LE(65535, 60))],
    ["names that are not there", broken((file) => file.writeUInt16LE(9, 62))],
    ["odd sections", broken((file) => file.writeUInt16LE(40, 58))],
  ])("%s", (_, file) => {
    expect(markOf(file)).toBe("none");
  });
});
