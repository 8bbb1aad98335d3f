import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";
import {
  dumpInet,
  dumpUnix,
  inetSocket,
  parseAnswer,
  unixSocket,
} from "../../../src/os/linux/evidence/sock-diag.ts";
import { SocketState, type InetSocket, type UnixSocket } from "../../../src/os/linux/evidence/sockets.ts";
import { allocate } from "../../../src/os/linux/ffi.ts";

const [ERROR, DONE, BY_FAMILY] = [2, 3, 20];
const SIZE = 88;
const AF_INET = 2;

/** Messages as the kernel packs them: header, then for a socket its state, port and inode at their places. */
function datagram(...messages: readonly { type: number; port?: number; inode?: number }[]) {
  const bytes = allocate(SIZE * messages.length);
  const view = new DataView(bytes.buffer);
  for (const [n, { type, port = 0, inode = 0 }] of messages.entries()) {
    const at = n * SIZE;
    view.setUint32(at, SIZE, true);
    view.setUint16(at + 4, type, true);
    view.setUint8(at + 16, AF_INET);
    view.setUint8(at + 17, SocketState.listen);
    view.setUint16(at + 20, port, false);
    view.setUint32(at + 84, inode, true);
  }
  return bytes;
}

function parse(bytes: Uint8Array<ArrayBuffer>, length = bytes.length) {
  const found: (InetSocket | null)[] = [];
  return { state: parseAnswer(bytes, length, (message) => found.push(inetSocket(message, "tcp"))), found };
}

test("sockets are read until the kernel says done", () => {
  const { state, found } = parse(
    datagram(
      { type: BY_FAMILY, port: 3000, inode: 7 },
      { type: BY_FAMILY, port: 65_535, inode: 8 },
      { type: DONE },
    ),
  );
  expect(state).toBe("done");
  expect(found).toMatchObject([
    { inode: 7, localPort: 3000, state: SocketState.listen, local: "00000000" },
    { inode: 8, localPort: 65_535 },
  ]);
});

test("without a last message there is more to come", () => {
  expect(parse(datagram({ type: BY_FAMILY, port: 1, inode: 1 })).state).toBe("more");
});

test("an error, a size of zero and a torn message conclude nothing", () => {
  expect(parse(datagram({ type: ERROR })).state).toBe("refused");
  expect(parse(allocate(SIZE)).state).toBe("refused");
  const torn = parse(datagram({ type: BY_FAMILY, port: 1, inode: 1 }), 40);
  expect(torn).toEqual({ state: "refused", found: [] });
  expect(inetSocket(new DataView(new ArrayBuffer(20)), "tcp")).toBeNull();
  expect(unixSocket(new DataView(new ArrayBuffer(8)))).toBeNull();
});

function sockets(protocol: "tcp" | "udp", state: number): InetSocket[] {
  const found: InetSocket[] = [];
  expect(dumpInet(protocol, [state], (socket) => found.push(socket))).toBe(true);
  return found;
}

const ports = (protocol: "tcp" | "udp", state: number): number[] =>
  sockets(protocol, state).map(({ localPort }) => localPort);

test("a server of this process is among them, and not after it stopped", async () => {
  const hostnames = existsSync("/proc/net/if_inet6") ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
  for (const hostname of hostnames) {
    const server = Bun.serve({ port: 0, hostname, fetch: () => new Response() });
    const port = server.port ?? 0;
    expect(ports("tcp", SocketState.listen)).toContain(port);
    await server.stop(true);
    expect(ports("tcp", SocketState.listen)).not.toContain(port);
  }
});

test("a UDP socket that is bound, and one that is connected", async () => {
  const server = await Bun.udpSocket({ port: 0, hostname: "127.0.0.1" });
  const client = await Bun.udpSocket({ connect: { port: server.port, hostname: "127.0.0.1" } });
  expect(ports("udp", SocketState.unconnected)).toContain(server.port);
  expect(ports("udp", SocketState.established)).toContain(client.port);
  server.close();
  client.close();
});

test("both ends of a connection within the machine are there", async () => {
  await using server = createServer();
  const accepted = once(server, "connection");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const client = connect(address.port, "127.0.0.1");
  await once(client, "connect");
  const other: Socket = (await accepted)[0];
  const all = sockets("tcp", SocketState.established);
  const one = all.find(
    ({ localPort, remotePort }) => remotePort === address.port && localPort === client.localPort,
  );
  const two = all.find(
    ({ localPort, remotePort }) => localPort === address.port && remotePort === client.localPort,
  );
  expect(one).toMatchObject({ local: "7f000001", remote: "7f000001" });
  expect(two?.inode).toBeGreaterThan(0);
  expect(one?.inode).not.toBe(two?.inode ?? 0);
  client.destroy();
  other.destroy();
});

test("a unix connection tells its peer, and the name that the server has", async () => {
  const name = `\0bun-watchdog-test-${process.pid}`;
  await using server = createServer();
  const accepted = once(server, "connection");
  server.listen(name);
  await once(server, "listening");
  const client = connect(name);
  await once(client, "connect");
  const other: Socket = (await accepted)[0];
  const all: UnixSocket[] = [];
  expect(dumpUnix((socket) => all.push(socket))).toBe(true);
  const ours = all.filter((socket) => socket.name === `@${name.slice(1)}`);
  expect(ours.filter(({ listens }) => listens)).toHaveLength(1);
  const accepting = ours.find(({ listens }) => !listens);
  const peer = all.find(({ inode }) => inode === accepting?.peer?.inode);
  expect(peer).toMatchObject({ isConnected: true, listens: false, peer: { inode: accepting?.inode ?? 0 } });
  client.destroy();
  other.destroy();
});
