/** Sockets that accept connections, by inode: /proc/net/{tcp,tcp6,unix}, proc_pid_net(5). */
import type { Listener } from "../../core/process.ts";

/** TCP_LISTEN, include/net/tcp_states.h. */
const LISTEN = "0A";
/** __SO_ACCEPTCON: listen(2) was called. */
const ACCEPTS = 0x10000;

/** Rows "sl local remote st tx:rx tr:when retrnsmt uid timeout inode …", the port in hexadecimal. */
export const tcpListeners = (table: string, into: Map<number, Listener>): void => {
  for (const line of table.split("\n")) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== LISTEN || local?.includes(":") !== true) continue;
    const port = Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16);
    if (port > 0) into.set(Number(inode), { protocol: "tcp", address: String(port) });
  }
};

/** Rows "Num: RefCount Protocol Flags Type St Inode Path"; the path is raw, so only whole rows count. */
const UNIX_ROW =
  /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} (?<flags>[0-9A-F]{8}) [0-9A-F]{4} [0-9A-F]{2} +(?<inode>\d+)(?: (?<path>.*))?$/gm;

export const unixListeners = (table: string, into: Map<number, Listener>): void => {
  for (const { groups } of table.matchAll(UNIX_ROW)) {
    const { flags = "0", inode = "0", path = "" } = groups ?? {};
    if ((Number.parseInt(flags, 16) & ACCEPTS) === 0) continue;
    into.set(Number(inode), { protocol: "unix", address: path });
  }
};
