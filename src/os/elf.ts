/**
 * Finds what Bun leaves in its executables, in the ELF file itself: a name can lie, this cannot by accident.
 *
 * Since 1.3.10 or so Bun carries a section `.bun` that begins with a 64-bit length: 0 in Bun itself, the
 * payload's length in what `bun build --compile` makes. Before that, a compiled program was Bun with the payload
 * appended: it ends in "\n---- Bun! ----\n" and 8 bytes of length, and plain Bun had no mark of its own.
 */

/** Native code writes here: an explicit ArrayBuffer does not move (linux/ffi.ts, allocate). */
const allocate = (bytes: number): Bytes => new Uint8Array(new ArrayBuffer(bytes));

type Bytes = Uint8Array<ArrayBuffer>;

/** Fills `into` from `offset` of the file; the number of bytes, 0 or negative when there are none. */
export type ReadAt = (into: Bytes, offset: number) => number;

export type BunMark = "bun" | "compiled" | "none";

const MAGIC = 0x464c457f;
const [ELF64_HEADER_BYTES, SECTION_BYTES] = [64, 64];
const [CLASS_AT, CLASS_64, DATA_AT, DATA_LITTLE] = [4, 2, 5, 1];
/** More sections than any linker makes without -ffunction-sections kept apart; Bun has 38. */
const MOST_SECTIONS = 512;
const TRAILER = "\n---- Bun! ----\n";
const TRAILER_BYTES = TRAILER.length + 8;

export const bunMark = (readAt: ReadAt, fileBytes: number): BunMark => {
  const header = readView(readAt, 0, ELF64_HEADER_BYTES);
  if (header === null || header.getUint32(0, true) !== MAGIC) return "none";
  if (header.getUint8(CLASS_AT) !== CLASS_64 || header.getUint8(DATA_AT) !== DATA_LITTLE) return "none";
  const section = bunSection(readAt, header);
  if (section !== null) {
    const length = readView(readAt, section, 8);
    if (length !== null) return length.getBigUint64(0, true) === 0n ? "bun" : "compiled";
  }
  return endsInTrailer(readAt, fileBytes) ? "compiled" : "none";
};

/** File offset of the section `.bun`: elf(5), Elf64_Ehdr and Elf64_Shdr. */
const bunSection = (readAt: ReadAt, header: DataView): number | null => {
  const tableAt = Number(header.getBigUint64(40, true));
  const count = header.getUint16(60, true);
  const namesIndex = header.getUint16(62, true);
  if (header.getUint16(58, true) !== SECTION_BYTES || count > MOST_SECTIONS || namesIndex >= count)
    return null;
  const table = readView(readAt, tableAt, count * SECTION_BYTES);
  if (table === null) return null;
  const names = readNames(readAt, table, namesIndex);
  for (let index = 0; index < count; index++) {
    const at = index * SECTION_BYTES;
    const name = table.getUint32(at, true);
    if (names.startsWith(".bun\0", name)) return Number(table.getBigUint64(at + 24, true));
  }
  return null;
};

const readNames = (readAt: ReadAt, table: DataView, index: number): string => {
  const offset = Number(table.getBigUint64(index * SECTION_BYTES + 24, true));
  const size = Math.min(Number(table.getBigUint64(index * SECTION_BYTES + 32, true)), 64 * 1024);
  const names = readView(readAt, offset, size);
  return names === null ? "" : new TextDecoder("latin1").decode(names);
};

const endsInTrailer = (readAt: ReadAt, fileBytes: number): boolean => {
  const end = readView(readAt, fileBytes - TRAILER_BYTES, TRAILER_BYTES);
  return end !== null && new TextDecoder("latin1").decode(end).startsWith(TRAILER);
};

/** Exactly `length` bytes, or null. */
export const readView = (readAt: ReadAt, offset: number, length: number): DataView | null => {
  if (offset < 0 || !Number.isSafeInteger(offset) || length === 0) return null;
  const memory = allocate(length);
  return readAt(memory, offset) === length ? new DataView(memory.buffer) : null;
};
