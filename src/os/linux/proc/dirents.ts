/**
 * The records that getdents64(2) returns for /proc, read where they lie. struct linux_dirent64: d_ino u64,
 * d_off s64, d_reclen u16, d_type u8, d_name; records are 8-aligned, so d_ino's low half is a u32 index.
 */

const OFFSET_AT = 8;
const LENGTH_AT = 16;
const NAME_AT = 19;
const [ZERO, NINE] = [48, 57];

/** Where a kernel puts its first process: fs/proc/base.c TGID_OFFSET, FIRST_PROCESS_ENTRY (256) + 2. */
const TGID_OFFSET = 258;

type Bytes = Uint8Array<ArrayBuffer>;

/** Told each number and the inode of its entry; a process gets a new inode, even when its pid is an old one. */
type EachNumber = (number: number, inode: number) => void;

/**
 * Walks `length` bytes of records for the entries that are decimal numbers: pids in /proc, thread ids in task/,
 * descriptors in fd/. `words` is the same memory as u32.
 */
export const eachNumber = (bytes: Bytes, words: Uint32Array, length: number, each: EachNumber): void => {
  for (let at = 0; at < length; at += recordLength(bytes, at)) {
    const number = numberAt(bytes, at + NAME_AT);
    if (number >= 0) each(number, words[at >> 2] ?? 0);
  }
};

/**
 * The directory position at which only processes are left, found from a reading that began at 0: there the
 * entry before the first process holds that process's position. 0 (read everything) where the
 * kernel numbers positions in another way.
 */
export const firstProcessPosition = (bytes: Bytes, length: number): number => {
  const view = new DataView(bytes.buffer);
  let before = 0;
  for (let at = 0; at < length; at += recordLength(bytes, at)) {
    const pid = numberAt(bytes, at + NAME_AT);
    if (pid > 0) return before === TGID_OFFSET + pid ? TGID_OFFSET : 0;
    before = Number(view.getBigInt64(at + OFFSET_AT, true));
  }
  return 0;
};

/** Never 0, so that a walk over garbage ends. */
const recordLength = (bytes: Bytes, at: number): number =>
  Math.max(NAME_AT, (bytes[at + LENGTH_AT] ?? 0) | ((bytes[at + LENGTH_AT + 1] ?? 0) << 8));

/** The NUL-terminated decimal number at `at`; -1 for any other name. */
const numberAt = (bytes: Bytes, at: number): number => {
  let number = 0;
  let next = at;
  for (let digit = bytes[next] ?? 0; digit !== 0; digit = bytes[++next] ?? 0) {
    if (digit < ZERO || digit > NINE) return -1;
    number = number * 10 + digit - ZERO;
  }
  return next === at ? -1 : number;
};
