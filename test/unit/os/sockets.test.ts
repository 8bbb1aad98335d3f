import { expect, test } from "bun:test";
import {
  endpoint,
  inetSockets,
  unixSockets,
  type InetSocket,
  type UnixSocket,
} from "../../../src/os/linux/evidence/sockets.ts";

const tcp = (table: string): InetSocket[] => {
  const found: InetSocket[] = [];
  inetSockets("tcp", table, (socket) => found.push(socket));
  return found;
};

const unixOf = (table: string): UnixSocket[] => {
  const found: UnixSocket[] = [];
  unixSockets(table, (socket) => found.push(socket));
  return found;
};

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

test("tcp: state, inode, and both ends in network order", () => {
  const table = `${HEAD}   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 37651 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 37652 1 0000000000000000 20 4 30 10 -1
`;
  expect(tcp(table)).toMatchObject([
    { protocol: "tcp", inode: 37651, state: 10, local: "7f000001", localPort: 8080, remotePort: 0 },
    { inode: 37652, state: 1, remote: "7f000001", remotePort: 50_000 },
  ]);
});

test("tcp6", () => {
  const table = `${HEAD}   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 9 1 0 100 0 0 10 0\n`;
  expect(tcp(table)).toMatchObject([{ inode: 9, localPort: 80, local: "0".repeat(32) }]);
});

test("unix: those that accept, by path, by abstract name, without a name", () => {
  const table = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01  11425 /run/user/0/x y.sock
0000000000000000: 00000002 00000000 00010000 0001 01 11426 @abstract
0000000000000000: 00000002 00000000 00010000 0001 01 11427
0000000000000000: 00000003 00000000 00000000 0001 03 11428 /run/connected
`;
  expect(
    unixOf(table).map(({ inode, listens, isConnected, name }) => [inode, listens, isConnected, name]),
  ).toEqual([
    [11425, true, false, "/run/user/0/x y.sock"],
    [11426, true, false, "@abstract"],
    [11427, true, false, ""],
    [11428, false, true, "/run/connected"],
  ]);
  // who is at the other end is not told: not the same as nobody
  expect(unixOf(table).map(({ peer }) => peer)).toEqual([null, null, null, null]);
});

test("unix: a path with a newline in it breaks no other row", () => {
  const table = `0000000000000000: 00000002 00000000 00010000 0001 01 5 /tmp/a
b c
0000000000000000: 00000002 00000000 00010000 0001 01 6 /tmp/d\n`;
  expect(unixOf(table).map(({ inode }) => inode)).toEqual([5, 6]);
});

test.each(["", "\n", "garbage", "0A 0A 0A 0A 0A 0A 0A 0A 0A 0A"])("garbage holds no socket: %p", (table) => {
  expect([...tcp(table), ...unixOf(table)]).toEqual([]);
});

test.each([
  ["7f000001", "127.0.0.1:80"],
  ["00000000000000000000ffff7f000001", "127.0.0.1:80"],
  ["00000000000000000000000000000001", "[::1]:80"],
  ["20010db8000100020003000400050006", "[2001:db8:1:2:3:4:5:6]:80"],
])("an address as people write it: %p", (address, text) => expect(endpoint(address, 80)).toBe(text));
