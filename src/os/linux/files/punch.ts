/** Gives the blocks of a part of a file back; its size, and what lies behind that part, stay: fallocate(2). */
import { syscall } from "../ffi.ts";

const SYS_FALLOCATE = process.arch === "arm64" ? 47 : 285;
/** FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE */
const HOLE_KEEPING_SIZE = 3;

/** false: this file system cannot (ext4, xfs, btrfs, tmpfs, f2fs and overlays of these can). */
export const fallocateHole = (fd: number, from: number, bytes: number): boolean =>
  syscall(SYS_FALLOCATE, fd, HOLE_KEEPING_SIZE, from, bytes) === 0;
