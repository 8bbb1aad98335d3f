/** The parts of a file that have no blocks. */
import type { Hole } from "../../backend.ts";
import { Errno, seekTo, syscall } from "../ffi.ts";

const SYS_FALLOCATE = process.arch === "arm64" ? 47 : 285;
/** FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE */
const HOLE_KEEPING_SIZE = 3;
const [SEEK_DATA, SEEK_HOLE] = [3, 4];

/**
 * Gives the blocks of a part of a file back; its size, and what lies behind that part, stay: fallocate(2). false: this file
 * system cannot (ext4, xfs, btrfs, tmpfs, f2fs and overlays of these can).
 */
export const fallocateHole = (fd: number, from: number, bytes: number): boolean =>
  syscall(SYS_FALLOCATE, fd, HOLE_KEEPING_SIZE, from, bytes) === 0;

/** By lseek(2), which takes all of a file for written where the file system does not know. Moves the position of the descriptor. */
export function seekHole(fd: number, from: number, to: number): Hole | null {
  const start = seekTo(fd, from, SEEK_HOLE);
  if (start < 0 || start >= to) return null;
  const end = seekTo(fd, start, SEEK_DATA);
  return { from: start, to: end === -Errno.ENXIO ? Infinity : Math.max(start, end) };
}
