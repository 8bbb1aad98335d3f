/** Sockets by inode, as /proc/net/{tcp,tcp6,udp,udp6,unix} show them: proc_pid_net(5). */

/** include/net/tcp_states.h; unix and UDP sockets use the same numbers. `unconnected` is that of a UDP socket. */
export const SocketState = { established: 1, timeWait: 6, unconnected: 7, listen: 10 } as const;

export interface InetSocket {
  readonly protocol: "tcp" | "udp";
  /** 0 = nobody has accepted it yet. */
  readonly inode: number;
  readonly state: number;
  /** Hexadecimal, in network order: 8 digits, or 32. */
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
}

export interface UnixSocket {
  readonly inode: number;
  readonly listens: boolean;
  readonly isConnected: boolean;
  /** Its own: a path or "@name"; "" = none. */
  readonly name: string;
  /** The other end, as an inode; null inside = nobody is there any more; null = not told here. */
  readonly peer: { readonly inode: number | null } | null;
}

/** Rows "sl local remote st tx:rx tr:when retrnsmt uid timeout inode …", addresses and ports in hexadecimal. */
export const inetSockets = (
  protocol: InetSocket["protocol"],
  table: string,
  visit: (socket: InetSocket) => void,
): void => {
  for (const line of table.split("\n")) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    const [from, to] = [endOf(local), endOf(remote)];
    const number = Number(inode);
    if (from === null || to === null || state === undefined || !Number.isInteger(number)) continue;
    visit({
      protocol,
      inode: number,
      state: Number.parseInt(state, 16),
      local: from.address,
      localPort: from.port,
      remote: to.address,
      remotePort: to.port,
    });
  }
};

const END = /^(?<words>(?:[0-9A-F]{8}){1,4}):(?<port>[0-9A-F]{4})$/;

/** The kernel prints an address as words in the machine's order: on every machine that Bun runs on, bytes backwards. */
function endOf(text: string | undefined): { readonly address: string; readonly port: number } | null {
  const { words, port } = END.exec(text ?? "")?.groups ?? {};
  if (words === undefined || port === undefined) return null;
  const bytes = words.replace(/(..)(..)(..)(..)/g, "$4$3$2$1").toLowerCase();
  return { address: bytes, port: Number.parseInt(port, 16) };
}

/** __SO_ACCEPTCON: listen(2) was called. */
const ACCEPTS = 0x10000;
/** SS_CONNECTED, include/uapi/linux/net.h. */
const CONNECTED = 3;

/** Rows "Num: RefCount Protocol Flags Type St Inode Path"; the path is raw, so only whole rows count. */
const UNIX_ROW =
  /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} (?<flags>[0-9A-F]{8}) [0-9A-F]{4} (?<state>[0-9A-F]{2}) +(?<inode>\d+)(?: (?<path>.*))?$/gm;

/** This table does not tell the other end. */
export const unixSockets = (table: string, visit: (socket: UnixSocket) => void): void => {
  for (const { groups } of table.matchAll(UNIX_ROW)) {
    const { flags = "0", state = "0", inode = "0", path = "" } = groups ?? {};
    visit({
      inode: Number(inode),
      listens: (Number.parseInt(flags, 16) & ACCEPTS) !== 0,
      isConnected: Number.parseInt(state, 16) === CONNECTED,
      name: path,
      peer: null,
    });
  }
};

/** "127.0.0.1:6379", "[::1]:80"; an IPv4 address that is written as IPv6 is an IPv4 address. */
export const endpoint = (address: string, port: number): string => {
  const plain = withoutMapping(address);
  if (plain.length === V4_DIGITS) return `${(plain.match(/../g) ?? []).map(fromHex).join(".")}:${port}`;
  const groups = (plain.match(/..../g) ?? []).join(":");
  // the shortest spelling of such an address is what a URL makes of it
  return `${new URL(`http://[${groups}]`).hostname}:${port}`;
};

const V4_DIGITS = 8;
const fromHex = (digits: string): number => Number.parseInt(digits, 16);
const MAPPED = "00000000000000000000ffff";

export const withoutMapping = (address: string): string =>
  address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
