/** One control group, a directory in cgroupfs: what cgroup v1 and v2 have in common. */
import { errnoName } from "../ffi.ts";
import { directoriesIn, makeDirectory, readText, removeDirectory, writeText } from "../files/files.ts";
import { launcherOf } from "../../../core/process/slot.ts";

/** Processes outside of our PID namespace are in the list as 0. */
const OUTSIDE = 0;
/** Not there on this kernel, not enabled here, or the group has been removed. */
const ABSENT = new Set(["ENOENT", "ENODEV", "ENOTSUP"]);
/** Not ours to change, not in this state, or a group too many. A file that cgroupfs lacks is refused as one that would be created. */
const REFUSED = new Set([...ABSENT, "EACCES", "EPERM", "EROFS", "EBUSY", "EINVAL", "EEXIST", "EAGAIN"]);
/** Somebody is in it, or it has just been left. */
const BUSY = new Set([...REFUSED, "ENOTEMPTY"]);
/** arm64 has kernels with pages of this size. */
const LARGEST_PAGE_BYTES = 65_536;
/** A process that has ended and was reaped may keep its group busy for a moment longer: the kernel clears up behind it. */
const [TRIES, BETWEEN_TRIES_MS] = [50, 1];

export class Group {
  constructor(readonly directory: string) {}

  get name(): string {
    return this.directory.slice(this.directory.lastIndexOf("/") + 1);
  }

  above(): Group {
    return new Group(this.directory.slice(0, this.directory.lastIndexOf("/")));
  }

  /** A new one, or the code of the error that kept it from being made. */
  child(name: string): Group | string {
    const directory = `${this.directory}/${name}`;
    const result = makeDirectory(directory);
    return result < 0 ? expected(result, REFUSED, directory) : new Group(directory);
  }

  /** null where there is no such file. */
  read(file: string): string | null {
    const path = `${this.directory}/${file}`;
    const text = readText(path);
    if (typeof text === "string") return text;
    expected(text, ABSENT, path);
    return null;
  }

  /** A file that holds one number; null also for the word "max". */
  number(file: string): number | null {
    return wholeNumber(this.read(file)?.trim());
  }

  /** One of the numbers of a file with "key value" lines. */
  value(file: string, key: string): number | null {
    const line = this.read(file)
      ?.split("\n")
      .find((text) => text.startsWith(`${key} `));
    return wholeNumber(line?.slice(key.length + 1).trim());
  }

  /** null, or the code of the error. */
  write(file: string, text: string): string | null {
    const path = `${this.directory}/${file}`;
    const result = writeText(path, text);
    return result < 0 ? expected(result, REFUSED, path) : null;
  }

  /** Whether the file now says so: limits are kept in whole pages, what was asked for comes back a little smaller. */
  limit(file: string, bytes: number): boolean {
    this.write(file, String(bytes));
    const read = this.number(file);
    return read !== null && read <= bytes && read > bytes - LARGEST_PAGE_BYTES;
  }

  /** Whether the file now says that there is no limit: `max`, or in version 1 `-1`, which is read as a huge number. */
  unlimit(file: string): boolean {
    this.write(file, file.includes("_in_bytes") ? "-1" : "max");
    const read = this.read(file);
    return read === null || read.startsWith("max") || Number(read) > 2 ** 60;
  }

  /** Of this group and of those inside it. In v2 zombies are not among them. */
  pids(): readonly number[] {
    const own = (this.read("cgroup.procs") ?? "").split("\n").filter((line) => line !== "");
    return [
      ...own.map(Number).filter((pid) => pid !== OUTSIDE),
      ...this.children().flatMap((group) => group.pids()),
    ];
  }

  children(): readonly Group[] {
    const names = directoriesIn(this.directory);
    if (typeof names !== "number") return names.map((name) => new Group(`${this.directory}/${name}`));
    expected(names, ABSENT, this.directory);
    return [];
  }

  /** With what is inside; false: somebody is in it. */
  remove(): boolean {
    for (let tries = 0; tries < TRIES; tries++) {
      for (const group of this.children()) group.remove();
      if (removed(this.directory)) return true;
      if (this.pids().length > 0) return false;
      Bun.sleepSync(BETWEEN_TRIES_MS);
    }
    return false;
  }
}

/** Also when somebody else was faster. */
const removed = (directory: string): boolean => {
  const result = removeDirectory(directory);
  return result >= 0 || expected(result, BUSY, directory) === "ENOENT";
};

const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;

/** The code, when it is one of these; else something is wrong that nobody has thought of. */
const expected = (result: number, codes: ReadonlySet<string>, path: string): string => {
  const code = errnoName(result);
  if (codes.has(code)) return code;
  throw Object.assign(new Error(`${path}: ${code}`), { code });
};

const PREFIX = "bun-watchdog-";

/** The names say whose the groups are: a job that left no record behind is found by them. */
export const groupName = (jobId: string): string => `${PREFIX}${jobId}`;

/** null: not a group of ours. */
export const jobOfGroup = (name: string): string | null => {
  const jobId = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
  return launcherOf(jobId) === null ? null : jobId;
};
