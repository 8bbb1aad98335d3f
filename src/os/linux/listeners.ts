/** Who listens: a process's socket descriptors, looked up in the tables of its network namespace. */
import type { Listener } from "../../core/process.ts";
import { cString, getpid } from "./ffi.ts";
import { ENTRY, type ProcFiles } from "./proc-files.ts";
import { dumpTcpListeners } from "./sock-diag.ts";
import { tcpListeners, unixListeners } from "./sockets.ts";

const SOCKET = /^socket:\[(\d+)\]$/;

/** For one round of questions: the tables of a namespace are read once, for whichever process asks first. */
export class ListenerTables {
  readonly #proc: ProcFiles;
  readonly #byNamespace = new Map<string, ReadonlyMap<number, Listener>>();

  constructor(proc: ProcFiles) {
    this.#proc = proc;
  }

  /** null when the process's descriptors may not be read (another account's). */
  of(pid: number): readonly Listener[] | null {
    const sockets = this.#socketsOf(pid);
    if (sockets === null) return null;
    if (sockets.length === 0) return [];
    const listening = this.#tables(pid);
    if (listening === null) return null;
    return sockets.flatMap((inode) => listening.get(inode) ?? []);
  }

  #socketsOf(pid: number): number[] | null {
    const descriptors = this.#proc.numbers(`${pid}/fd`);
    if (typeof descriptors === "number") return null;
    const sockets: number[] = [];
    for (const descriptor of descriptors) {
      const length = this.#proc.link(pid, cString(`/fd/${descriptor}`));
      const inode = length < 0 ? undefined : SOCKET.exec(this.#proc.latin1(length))?.[1];
      if (inode !== undefined) sockets.push(Number(inode));
    }
    return sockets;
  }

  #tables(pid: number): ReadonlyMap<number, Listener> | null {
    const namespace = this.#namespaceOf(pid);
    if (namespace === null) return null;
    const known = this.#byNamespace.get(namespace);
    if (known !== undefined) return known;
    const listening = new Map<number, Listener>();
    // the kernel answers for the namespace of who asks
    if (namespace !== this.#namespaceOf(getpid()) || !dumpTcpListeners(listening)) {
      tcpListeners(this.#table(pid, "tcp"), listening);
      tcpListeners(this.#table(pid, "tcp6"), listening);
    }
    unixListeners(this.#table(pid, "unix"), listening);
    this.#byNamespace.set(namespace, listening);
    return listening;
  }

  #namespaceOf(pid: number): string | null {
    const length = this.#proc.link(pid, ENTRY.netns);
    return length < 0 ? null : this.#proc.latin1(length);
  }

  /** Empty where the protocol is not there (no IPv6). */
  #table(pid: number, name: string): string {
    const bytes = this.#proc.readAll(`${pid}/net/${name}`);
    return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
  }
}
