/**
 * What Bun leaves in its executables on macOS: a segment `__BUN` with a section `__bun`, which begins with a 64-bit
 * length as `.bun` of elf.ts does. Checked against the executables that Bun cross-compiles; never run on macOS.
 */
import { type BunMark, type ReadAt, readView as view } from "./elf.ts";

const MAGIC_64 = 0xfeedfacf;
const [HEADER_BYTES, SEGMENT_BYTES, SECTION_BYTES] = [32, 72, 80];
const LC_SEGMENT_64 = 0x19;
/** Bun's are 4 KB. */
const MOST_COMMAND_BYTES = 64 * 1024;

/** mach-o/loader.h: mach_header_64, then `ncmds` commands; a segment_command_64 is followed by its sections. */
export const machOMark = (readAt: ReadAt): BunMark => {
  const header = view(readAt, 0, HEADER_BYTES);
  if (header === null || header.getUint32(0, true) !== MAGIC_64) return "none";
  const commandBytes = header.getUint32(20, true);
  if (commandBytes > MOST_COMMAND_BYTES) return "none";
  const commands = view(readAt, HEADER_BYTES, commandBytes);
  const section = commands === null ? null : bunSection(commands, header.getUint32(16, true));
  const length = section === null ? null : view(readAt, section, 8);
  if (length === null) return "none";
  return length.getBigUint64(0, true) === 0n ? "bun" : "compiled";
};

const bunSection = (commands: DataView, count: number): number | null => {
  for (let at = 0, index = 0; index < count && at + 8 <= commands.byteLength; index++) {
    const size = commands.getUint32(at + 4, true);
    const isBun = commands.getUint32(at, true) === LC_SEGMENT_64 && name(commands, at + 8) === "__BUN";
    if (isBun && size >= SEGMENT_BYTES + SECTION_BYTES && at + size <= commands.byteLength)
      return commands.getUint32(at + SEGMENT_BYTES + 48, true);
    if (size < 8) return null;
    at += size;
  }
  return null;
};

/** char[16], padded with NUL. */
const name = ({ buffer, byteOffset }: DataView, at: number): string =>
  new TextDecoder("latin1").decode(new Uint8Array(buffer, byteOffset + at, 16)).replaceAll("\0", "");
