/**
 * What a program watches because it has registered itself (`bun-watchdog/runtime`): its account's runtime directory. That is no
 * reason to stay: else whoever registers were spared.
 */
import { ownRuntimeDirectories } from "../../runtime-directory.ts";
import { cString } from "../ffi.ts";
import { deviceNumber, FileStat } from "../proc/executable.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { isWatch, type Descriptor } from "./descriptors.ts";

/** proc_pid_fdinfo(5), a line for each thing that is watched; `sdev` is the kernel's own number: 12 bits and 20. */
const WATCHED = /^inotify wd:\S+ ino:([\da-f]+) sdev:([\da-f]+) /gm;
const MINOR_VALUES = 2 ** 20;

/** For one round of questions: the directories of an account are looked for once. */
export class OwnWatches {
  readonly #proc: ProcFiles;
  readonly #stat = new FileStat();
  readonly #directories = new Map<number, ReadonlySet<string>>();

  constructor(proc: ProcFiles) {
    this.#proc = proc;
  }

  /** A watch of something else. What cannot be told of one is taken for that. */
  isOther(pid: number, { number, target }: Descriptor): boolean {
    if (!isWatch(target)) return false;
    const length = this.#proc.read(pid, cString(`/fdinfo/${number}`));
    const watched = length <= 0 ? [] : [...this.#proc.latin1(length).matchAll(WATCHED)];
    if (watched.length === 0) return true;
    const ours = this.#directoriesOf(pid);
    return watched.some(([, inode = "", device = ""]) => !ours.has(watchedId(inode, device)));
  }

  /** Of its account, by what FileStat calls them. */
  #directoriesOf(pid: number): ReadonlySet<string> {
    if (this.#stat.readEntry(this.#proc, pid, ENTRY.status) < 0) return new Set();
    const { uid } = this.#stat;
    const known = this.#directories.get(uid);
    if (known !== undefined) return known;
    const ids = new Set(
      ownRuntimeDirectories(uid).flatMap((path) => (this.#stat.readPath(path) < 0 ? [] : this.#stat.id)),
    );
    this.#directories.set(uid, ids);
    return ids;
  }
}

/** As FileStat says it. */
function watchedId(inode: string, device: string): string {
  const kernels = Number.parseInt(device, 16);
  const [major, minor] = [Math.floor(kernels / MINOR_VALUES), kernels % MINOR_VALUES];
  return `${deviceNumber(major, minor)}:${BigInt(`0x${inode}`)}`;
}
