/**
 * Small files by system call, for the few modules that a waiting wrapper loads: node:fs takes two thirds of Bun's own
 * start to load, this next to nothing. What can go wrong is a negated errno.
 */
import {
  address,
  allocate,
  AT_FDCWD,
  close,
  cString,
  getdents64,
  O_CREAT,
  O_DIRECTORY,
  O_WRONLY,
  open,
  readInto,
  readlinkat,
  SYS,
  syscall,
  write,
} from "../ffi.ts";

const AT_REMOVEDIR = 0x200;
const DIRECTORY_MODE = 0o755;

/** Files in /proc and cgroupfs are generated anew by each opening, and are as large as that. */
const buffer = allocate(64 * 1_024);

export const readText = (path: string): string | number => {
  const fd = open(path);
  if (fd < 0) return fd;
  const decoder = new TextDecoder();
  let text = "";
  let length = readInto(fd, buffer);
  for (; length > 0; length = readInto(fd, buffer))
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  close(fd);
  return length < 0 ? length : text;
};

/** "" where it cannot be read. */
export const textIn = (path: string): string => {
  const text = readText(path);
  return typeof text === "number" ? "" : text;
};

/** In one write, as cgroupfs wants it. Makes the file where its file system has files to be made. */
export const writeText = (path: string, text: string): number => {
  const fd = open(path, O_WRONLY | O_CREAT);
  if (fd < 0) return fd;
  const result = write(fd, cString(text).subarray(0, -1));
  close(fd);
  return Math.min(result, 0);
};

export const makeDirectory = (path: string, mode = DIRECTORY_MODE): number => {
  const name = cString(path);
  return syscall(SYS.mkdirat, AT_FDCWD, address(name), mode);
};

export const unlink = (path: string, flags = 0): number => {
  const name = cString(path);
  return syscall(SYS.unlinkat, AT_FDCWD, address(name), flags);
};

export const removeDirectory = (path: string): number => unlink(path, AT_REMOVEDIR);

export const rename = (from: string, to: string): number => {
  const [before, after] = [cString(from), cString(to)];
  return syscall(SYS.renameat2, AT_FDCWD, address(before), AT_FDCWD, address(after), 0);
};

export const readLink = (path: string): string | number => {
  const length = readlinkat(AT_FDCWD, cString(path), buffer);
  return length < 0 ? length : new TextDecoder().decode(buffer.subarray(0, length));
};

/** struct linux_dirent64, getdents(2): where length, type and name of a record are. */
const [LENGTH_AT, TYPE_AT, NAME_AT] = [16, 18, 19];
const DT_DIR = 4;

/** Names of the directories in a directory. */
export const directoriesIn = (path: string): readonly string[] | number => {
  const found = entriesIn(path);
  return typeof found === "number" ? found : found.flatMap(({ name, type }) => (type === DT_DIR ? name : []));
};

/** Names of all that is in a directory; none where it cannot be read. */
export const namesIn = (path: string): readonly string[] => {
  const found = entriesIn(path);
  return typeof found === "number" ? [] : found.map(({ name }) => name);
};

interface Entry {
  readonly name: string;
  readonly type: number;
}

const entriesIn = (path: string): readonly Entry[] | number => {
  const fd = open(path, O_DIRECTORY);
  if (fd < 0) return fd;
  const found: Entry[] = [];
  let length = getdents64(fd, buffer);
  for (; length > 0; length = getdents64(fd, buffer)) {
    const view = new DataView(buffer.buffer, 0, length);
    for (let at = 0; at < length; at += view.getUint16(at + LENGTH_AT, true)) {
      const name = new TextDecoder().decode(buffer.subarray(at + NAME_AT, buffer.indexOf(0, at + NAME_AT)));
      if (name !== "." && name !== "..") found.push({ name, type: buffer[at + TYPE_AT] ?? 0 });
    }
  }
  close(fd);
  return length < 0 ? length : found;
};
