/** Reads what lsof(8) prints with -F: one field a line, its letter first. The same on Linux and on a BSD. */
import type { Listener } from "../../core/process/process.ts";

export interface OpenFile {
  readonly pid: number;
  /** "cwd", "12" … */
  readonly descriptor: string;
  readonly type: string;
  /** "u" = read and write. */
  readonly access: string;
  readonly protocol: string;
  readonly device: string;
  readonly inode: string;
  readonly name: string;
  /** Of a socket: "LISTEN", "CONNECTED" …; "" where it is not told. */
  readonly state: string;
}

const NO_FILE = { type: "", access: "", protocol: "", device: "", inode: "", name: "", state: "" };

/** The fields that are taken as they are, by their letters. */
const FIELDS = { t: "type", P: "protocol", d: "device", i: "inode", n: "name" } as const;

const isField = (letter: string): letter is keyof typeof FIELDS => letter in FIELDS;

/** Every file of every process in the text, in its order. */
export const parseLsof = (text: string): readonly OpenFile[] => {
  const files: OpenFile[] = [];
  let pid = 0;
  let file: { -readonly [Key in keyof OpenFile]: OpenFile[Key] } | null = null;
  for (const line of text.split("\n")) {
    const [letter, value] = [line.slice(0, 1), line.slice(1)];
    if (letter === "p") pid = Number(value);
    else if (letter === "f") files.push((file = { ...NO_FILE, pid, descriptor: value }));
    else if (file === null) continue;
    else if (isField(letter)) file[FIELDS[letter]] = value;
    else if (letter === "a") file.access = value.trim();
    else if (line.startsWith("TST=")) file.state = line.slice("TST=".length);
  }
  return files;
};

/** lsof's own words for "may not be looked at": `/proc/1/cwd (readlink: Permission denied)`. */
const REFUSED = /\((?:readlink|stat|opendir): /;
const DELETED = / \(deleted\)$/;

/** Working directories by pid; who may not be looked at is missing. */
export const directoriesOf = (files: readonly OpenFile[]): ReadonlyMap<number, string> =>
  new Map(
    files
      .filter(({ descriptor, name }) => descriptor === "cwd" && name.startsWith("/") && !REFUSED.test(name))
      .map(({ pid, name }) => [pid, name.replace(DELETED, "")]),
  );

/**
 * Says which process listens on what, from all open files of those that were asked for. null = may not be looked at, or it has a
 * unix socket with a name and this system does not say whether it listens there.
 */
export const listenersOf = (files: readonly OpenFile[], pid: number): readonly Listener[] | null => {
  const own = files.filter((file) => file.pid === pid);
  if (!own.some(({ name }) => name !== "" && !REFUSED.test(name))) return null;
  const found = own.flatMap((file): Listener[] => {
    if (file.protocol === "UDP" && !file.name.includes("->") && /:\d+$/.test(file.name))
      return [{ protocol: "udp", address: file.name.slice(file.name.lastIndexOf(":") + 1) }];
    if (file.state !== "LISTEN") return [];
    if (file.protocol === "TCP")
      return [{ protocol: "tcp", address: file.name.slice(file.name.lastIndexOf(":") + 1) }];
    return file.type === "unix" ? [{ protocol: "unix", address: file.name.replace(TYPE, "") }] : [];
  });
  return found.length === 0 && own.some(isUndecided) ? null : found;
};

/** What Linux adds to a unix socket's path. */
const TYPE = / type=\w+$/;

/** A unix socket with a name and without a state. */
const isUndecided = ({ type, name, state }: OpenFile): boolean =>
  type === "unix" && name.startsWith("/") && state === "";

/**
 * Those of `pids` that read a pipe that `writer` writes its standard output or error to. A pipe is one inode on Linux;
 * on a BSD it is a pair of devices, each end named by the other.
 */
export const pipeReaders = (
  files: readonly OpenFile[],
  writer: number,
  pids: readonly number[],
): ReadonlySet<number> => {
  const pipes = files.filter(
    ({ pid, descriptor, type }) =>
      pid === writer && (descriptor === "1" || descriptor === "2") && isPipe({ type }),
  );
  const isOtherEnd = (file: OpenFile): boolean =>
    pipes.some((pipe) =>
      pipe.type === "FIFO"
        ? file.inode === pipe.inode && file.access !== "w"
        : pipe.name === `->${file.device}`,
    );
  const readers = files.filter((file) => file.pid !== writer && isPipe(file) && isOtherEnd(file));
  return new Set(readers.map(({ pid }) => pid).filter((pid) => pids.includes(pid)));
};

const isPipe = ({ type }: Pick<OpenFile, "type">): boolean => type === "FIFO" || type === "PIPE";
