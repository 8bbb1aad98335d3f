/** Finds the process at the other end of a pipe or a pair of sockets, among the living ancestors alone. */
import type { EndHolder, Input, TiedProgram } from "../../../core/process/ties.ts";
import { commandLine, printable } from "../../../text/mask.ts";
import { scriptOf } from "../../../core/process/script.ts";
import { baseName } from "../../../text/path.ts";
import { splitArguments, ancestorPids } from "../proc/lineage.ts";
import { FileStat } from "../proc/executable.ts";
import { O_NONBLOCK } from "../ffi.ts";
import { pollAtOnce } from "../pin/pidfd.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { statName } from "../proc/stat.ts";
import { isPipe, isWritableEnd, readDescriptors, socketInode, type Descriptor } from "./descriptors.ts";
import type { SocketTable } from "./socket-tables.ts";

/** For one round of questions: the descriptors of an agent with a hundred servers are listed once. */
export class Holders {
  readonly #descriptors = new Map<number, readonly Descriptor[] | null>();
  readonly #names = new Map<number, TiedProgram>();

  readonly #stat = new FileStat();

  constructor(private readonly proc: ProcFiles) {}

  descriptorsOf(pid: number): readonly Descriptor[] | null {
    const known = this.#descriptors.get(pid);
    if (known !== undefined) return known;
    const descriptors = readDescriptors(this.proc, pid);
    this.#descriptors.set(pid, descriptors);
    return descriptors;
  }

  inputOf(pid: number, sockets: () => SocketTable | null): Input | null {
    const descriptors = this.descriptorsOf(pid);
    if (descriptors === null) return null;
    const target = descriptors.find(({ number }) => number === 0)?.target;
    if (target === undefined) return { kind: "none" };
    if (isPipe(target) || this.#isFifo(pid)) return this.#pipe(pid, target);
    const inode = socketInode(target);
    return inode === null ? { kind: "none" } : this.#socket(pid, inode, sockets());
  }

  /** Ancestors that hold this socket, and those of which it cannot be told; without pid 1. */
  ofSocket(pid: number, inode: number): readonly EndHolder[] {
    return this.#among(pid, (descriptors) => descriptors.some(({ target }) => socketInode(target) === inode));
  }

  /** With a name, made by mkfifo(1). That it is hung up is not told of such a one: the end of its parent is. */
  #isFifo(pid: number): boolean {
    return this.#stat.readEntry(this.proc, pid, ENTRY.input) >= 0 && this.#stat.isFifo;
  }

  #pipe(pid: number, target: string): Input | null {
    const hungUp = isHungUp(this.proc, pid);
    if (hungUp === null) return null;
    if (hungUp) return this.#gone(pid);
    const by = this.#among(pid, (descriptors, ancestor) =>
      descriptors.some((each) => each.target === target && isWritableEnd(this.proc, ancestor, each)),
    );
    return { kind: "held", by };
  }

  #socket(pid: number, inode: number, table: SocketTable | null): Input | null {
    const found = table?.connected(inode) ?? null;
    if (found === null) return null;
    if (found === "no") return this.#gone(pid);
    if (found.peerInode === null) return { kind: "held", by: [] };
    return found.peerInode === 0
      ? this.#gone(pid)
      : { kind: "held", by: this.ofSocket(pid, found.peerInode) };
  }

  #gone(pid: number): Input {
    const above = ancestorPids(this.proc, pid).filter((ancestor) => ancestor !== 1);
    return { kind: "gone", above: above.map((ancestor) => this.#nameOf(ancestor)) };
  }

  #among(
    pid: number,
    holds: (descriptors: readonly Descriptor[], ancestor: number) => boolean,
  ): readonly EndHolder[] {
    return ancestorPids(this.proc, pid).flatMap((ancestor) => {
      // it starts services and takes in orphans, and talks to neither over their input
      if (ancestor === 1) return [];
      const descriptors = this.descriptorsOf(ancestor);
      if (descriptors !== null && !holds(descriptors, ancestor)) return [];
      return [{ ...this.#nameOf(ancestor), isCertain: descriptors !== null }];
    });
  }

  #nameOf(pid: number): TiedProgram {
    const known = this.#names.get(pid);
    if (known !== undefined) return known;
    const proc = this.proc;
    const statLength = proc.read(pid, ENTRY.stat);
    const comm = statLength > 0 ? printable(statName(proc.scratch, statLength)) : "";
    const length = proc.read(pid, ENTRY.cmdline);
    const argv = length > 0 ? splitArguments(proc.text(length)) : [];
    const exe = baseName(proc.linkText(pid, ENTRY.exe) ?? comm);
    const found = {
      pid,
      command: argv.length > 0 ? commandLine(argv) : comm,
      names: [exe, comm, baseName(argv[0] ?? "")],
      script: scriptOf(argv),
    };
    this.#names.set(pid, found);
    return found;
  }
}

const [POLLIN, POLLHUP] = [1, 0x10];

/**
 * Whether nobody can write to a process's standard input any more: poll(2) tells it of a reading end that is opened for
 * this moment, and takes nothing out of the pipe. null = it may not be opened.
 */
function isHungUp(proc: ProcFiles, pid: number): boolean | null {
  const fd = proc.borrow(proc.path(pid, ENTRY.input), O_NONBLOCK);
  if (fd < 0) return null;
  const events = pollAtOnce(fd, POLLIN);
  proc.giveBack(fd);
  return events === null ? null : (events & POLLHUP) !== 0;
}
