/** Whether a path means for a process what it means for us: it may have mounts, or a root directory, of its own. */
import { isAbsolute } from "node:path";
import { scriptPath, type Surroundings } from "../../script-path.ts";
import { cwdOf } from "./directory.ts";
import { FileStat } from "./executable.ts";
import { ENTRY, type ProcFiles } from "./proc-files.ts";

const PWD = /(?:^|\0)PWD=(?<told>[^\0]*)/u;

/** mount_namespaces(7), chroot(2); proc_pid_cwd(5), proc_pid_root(5): a path behind these links is looked up as the process would. */
export class MountView {
  readonly #stat = new FileStat();
  readonly #ownMounts: string | null;

  constructor(private readonly proc: ProcFiles) {
    this.#ownMounts = this.proc.linkText(process.pid, ENTRY.mntns);
  }

  /** Two links: for once in a process's life, and after an exec. */
  isApart(pid: number): boolean {
    const mounts = this.proc.linkText(pid, ENTRY.mntns);
    if (mounts !== null && this.#ownMounts !== null && mounts !== this.#ownMounts) return true;
    return (this.proc.linkText(pid, ENTRY.root) ?? "/") !== "/";
  }

  /** Of who is apart: null where its directory is not the one that has this path here. */
  directory(pid: number, path: string): string | null {
    return this.#isSame(`/proc/${pid}/cwd`, path) ? path : null;
  }

  around(pid: number, parent: number, isApart: boolean): Surroundings {
    return {
      startedIn: (script) => (isApart ? null : this.#startedIn(pid, parent, script)),
      sees: (script, path) =>
        !isApart ||
        this.#isSame(`/proc/${pid}/${isAbsolute(script) ? `root${path}` : `cwd/${script}`}`, path),
    };
  }

  /**
   * A shell leaves in PWD where it was when it started a program; who starts one elsewhere may leave it as it was. So the
   * script has to be there, and where the parent works there must be no other one of that name.
   */
  #startedIn(pid: number, parent: number, script: string): string | null {
    const told = this.#toldDirectory(pid);
    if (told === null || !isAbsolute(told)) return null;
    const path = scriptPath(["bun", script], told);
    const parents = cwdOf(this.proc, parent, false);
    const other = parents === null ? null : scriptPath(["bun", script], parents);
    return path !== null && (other === null || other === path) ? told : null;
  }

  /** As it was when the program started: proc_pid_environ(5). */
  #toldDirectory(pid: number): string | null {
    return PWD.exec(this.proc.wholeText(`${pid}/environ`) ?? "")?.groups?.["told"] ?? null;
  }

  #isSame(one: string, other: string): boolean {
    if (this.#stat.readPath(one) < 0) return false;
    const { id } = this.#stat;
    return this.#stat.readPath(other) >= 0 && this.#stat.id === id;
  }
}
