import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { Listener } from "../../../src/core/process.ts";
import { dumpTcpListeners, parseAnswer } from "../../../src/os/linux/sock-diag.ts";
import { allocate } from "../../../src/os/linux/ffi.ts";

const [ERROR, DONE, BY_FAMILY] = [2, 3, 20];
const SIZE = 88;

/** Messages as the kernel packs them: header, then for a socket port and inode at their places. */
function datagram(...messages: readonly { type: number; port?: number; inode?: number }[]) {
  const bytes = allocate(SIZE * messages.length);
  const view = new DataView(bytes.buffer);
  for (const [n, { type, port = 0, inode = 0 }] of messages.entries()) {
    const at = n * SIZE;
    view.setUint32(at, SIZE, true);
    view.setUint16(at + 4, type, true);
    view.setUint16(at + 20, port, false);
    view.setUint32(at + 84, inode, true);
  }
  return bytes;
}

function parse(bytes: Uint8Array<ArrayBuffer>, length = bytes.length) {
  const found = new Map<number, Listener>();
  return { state: parseAnswer(bytes, length, found), found };
}

test("listeners are read until the kernel says done", () => {
  const { state, found } = parse(
    datagram(
      { type: BY_FAMILY, port: 3000, inode: 7 },
      { type: BY_FAMILY, port: 65_535, inode: 8 },
      { type: DONE },
    ),
  );
  expect(state).toBe("done");
  expect([...found]).toEqual([
    [7, { protocol: "tcp", address: "3000" }],
    [8, { protocol: "tcp", address: "65535" }],
  ]);
});

test("without a last message there is more to come", () => {
  expect(parse(datagram({ type: BY_FAMILY, port: 1, inode: 1 })).state).toBe("more");
});

test("an error, a size of zero and a torn message conclude nothing", () => {
  expect(parse(datagram({ type: ERROR })).state).toBe("refused");
  expect(parse(allocate(SIZE)).state).toBe("refused");
  const torn = parse(datagram({ type: BY_FAMILY, port: 1, inode: 1 }), 40);
  expect(torn.found.size).toBe(0);
});

function listeningPorts(): string[] {
  const found = new Map<number, Listener>();
  expect(dumpTcpListeners(found)).toBe(true);
  return [...found.values()].map(({ address }) => address);
}

test("a server of this process is among them, and not after it stopped", async () => {
  const hostnames = existsSync("/proc/net/if_inet6") ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
  for (const hostname of hostnames) {
    const server = Bun.serve({ port: 0, hostname, fetch: () => new Response() });
    expect(listeningPorts()).toContain(String(server.port));
    await server.stop(true);
    expect(listeningPorts()).not.toContain(String(server.port));
  }
});
