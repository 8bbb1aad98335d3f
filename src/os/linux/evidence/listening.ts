/** On which TCP ports a process, or something that it has started, listens. */
import type { ProcessId } from "../../../core/process/process.ts";
import { offspringOf } from "../contain/glance.ts";
import { isAlive } from "../proc/process-id.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { readDescriptors, socketInode } from "./descriptors.ts";
import { SocketTables } from "./socket-tables.ts";

/** null: it has ended. */
export function portsOf(root: ProcessId): ReadonlySet<number> | null {
  if (!isAlive(root)) return null;
  using proc = new ProcFiles();
  const tables = new SocketTables(proc);
  const ports = offspringOf(root.pid).flatMap((pid) => {
    const table = tables.of(pid);
    return (readDescriptors(proc, pid) ?? []).flatMap(({ target }) => {
      const inode = socketInode(target);
      const listener = inode === null ? null : table?.listener(inode);
      return listener?.protocol === "tcp" ? Number(listener.address) : [];
    });
  });
  return new Set(ports);
}
