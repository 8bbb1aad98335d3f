import { expect, test } from "bun:test";
import type { Listener } from "../../../src/core/process.ts";
import { tcpListeners, unixListeners } from "../../../src/os/linux/sockets.ts";

const read = (parse: (table: string, into: Map<number, Listener>) => void, table: string) => {
  const found = new Map<number, Listener>();
  parse(table, found);
  return [...found].map(([inode, { protocol, address }]) => [inode, protocol, address]);
};

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

test("tcp: those that listen, not those that are connected", () => {
  const table = `${HEAD}   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 37651 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 37652 1 0000000000000000 20 4 30 10 -1
`;
  expect(read(tcpListeners, table)).toEqual([[37651, "tcp", "8080"]]);
});

test("tcp6", () => {
  const table = `${HEAD}   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 9 1 0 100 0 0 10 0\n`;
  expect(read(tcpListeners, table)).toEqual([[9, "tcp", "80"]]);
});

test("unix: those that accept, by path, by abstract name, without a name", () => {
  const table = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01  11425 /run/user/0/x y.sock
0000000000000000: 00000002 00000000 00010000 0001 01 11426 @abstract
0000000000000000: 00000002 00000000 00010000 0001 01 11427
0000000000000000: 00000003 00000000 00000000 0001 03 11428 /run/connected
`;
  expect(read(unixListeners, table)).toEqual([
    [11425, "unix", "/run/user/0/x y.sock"],
    [11426, "unix", "@abstract"],
    [11427, "unix", ""],
  ]);
});

test("unix: a path with a newline in it breaks no other row", () => {
  const table = `0000000000000000: 00000002 00000000 00010000 0001 01 5 /tmp/a
b c
0000000000000000: 00000002 00000000 00010000 0001 01 6 /tmp/d\n`;
  expect(read(unixListeners, table).map(([inode]) => inode)).toEqual([5, 6]);
});

test.each(["", "\n", "garbage", "0A 0A 0A 0A 0A 0A 0A 0A 0A 0A"])(
  "garbage holds no listener: %p",
  (table) => {
    expect([...read(tcpListeners, table), ...read(unixListeners, table)]).toEqual([]);
  },
);
