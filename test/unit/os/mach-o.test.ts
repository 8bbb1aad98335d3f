/** The heads of two executables that Bun 1.4.5 makes for macOS on arm64: Bun's own, and a compiled program's. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { ReadAt } from "../../../src/os/elf.ts";
import { machOMark } from "../../../src/os/mach-o.ts";

interface Captured {
  readonly head: string;
  readonly sectionAt: number;
  readonly section: string;
}

const readerOf = async (name: string): Promise<{ head: Buffer; readAt: ReadAt }> => {
  const file = Bun.file(join(import.meta.dir, "../../fixtures/captured/portable", `mach-o-${name}.json`));
  const { head, sectionAt, section }: Captured = await file.json();
  const bytes = Buffer.from(head, "base64");
  const readAt: ReadAt = (into, offset) => {
    const from = offset === sectionAt ? Buffer.from(section, "base64") : bytes.subarray(offset);
    return from.copy(into);
  };
  return { head: bytes, readAt };
};

test.each(["bun", "compiled"] as const)("%s", async (name) => {
  expect(machOMark((await readerOf(name)).readAt)).toBe(name);
});

test("anything cut short or damaged is none", async () => {
  const { head } = await readerOf("compiled");
  for (let length = 0; length < head.length; length += 7) {
    expect(machOMark((into, offset) => head.subarray(offset, length).copy(into))).toBe("none");
  }
  const zeros: ReadAt = (into, offset) => (offset === 0 ? head.copy(into, 0, 0, 32) : into.fill(0).length);
  expect(machOMark(zeros)).toBe("none");
});
