/** Who is at the other end of a socket, by the kernel's word. */
import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, type About } from "../../src/wire/routes.ts";
import { serveSocket, type Service, type Serving } from "../../src/wire/server.ts";
import { connectedAccounts, listenerAccount } from "../../src/os/select.ts";
import { AS_NOBODY } from "../newcomer/as-nobody.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";

requireNamespace();

const NOBODY = 65_534;
const own = process.getuid?.() ?? -1;

const service: Service<Record<string, never>, About> = {
  answers: {},
  about: () => {
    throw new Error("answered");
  },
  stop: () => {
    throw new Error("obeyed");
  },
};
const serve = (path: string, mayAsk?: () => boolean): Serving =>
  serveSocket(path, { title: "service", version: 1, restart: "again", routes: {} }, service, mayAsk);

/** Says "connected", then keeps the connection until it is killed. */
const CONNECT = `
await Bun.connect({ unix: process.argv[1], socket: { data() {}, open() { console.log("connected"); } } });
setInterval(() => {}, 1000);`;

test("the listener's account is known before anything is sent to it", () => {
  const path = join(mkdtempSync(join(tmpdir(), "bun-watchdog-peer-")), "a.sock");
  expect(listenerAccount(path)).toBeNull();
  using _ = serve(path);
  expect(listenerAccount(path)).toBe(own);
});

test.skipIf(own !== 0)(
  "whoever came by in spite of the modes is not answered, nor anybody meanwhile",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-peer-"));
    const path = join(directory, "a.sock");
    using _ = serve(path, () => [...connectedAccounts(path)].every((each) => each === own));
    const about = async (): Promise<number> => (await fetch("http://monitor/about", { unix: path })).status;
    expect(await about()).toBe(500);
    chmodSync(directory, 0o755);
    chmodSync(path, 0o666);
    const stranger = Bun.spawn([...AS_NOBODY, process.execPath, "-e", CONNECT, path], {
      stdout: "pipe",
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "" },
    });
    try {
      const { value } = await stranger.stdout.getReader().read();
      expect(new TextDecoder().decode(value)).toContain("connected");
      expect(connectedAccounts(path)).toEqual(new Set([own, NOBODY]));
      expect(await about()).toBe(403);
    } finally {
      stranger.kill("SIGKILL");
      await stranger.exited;
      rmSync(directory, { recursive: true, force: true });
    }
    expect(listenerAccount(path)).toBeNull();
  },
);

test("of those who send half a question and wait, the oldest make room, and a whole one is answered", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "bun-watchdog-peer-")), "a.sock");
  using _ = serveSocket(
    path,
    { title: "service", version: 1, restart: "again", routes: { count: ask<[], number>() } },
    { ...service, answers: { count: async () => 7 } },
  );
  const whole = { unix: path, method: "POST", body: JSON.stringify({ parameters: [] }) };
  const closed: number[] = [];
  const half = `POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: ${whole.body.length}\r\n\r\n{`;
  const sockets = await Promise.all(
    Array.from({ length: 200 }, (__, at) =>
      Bun.connect({
        unix: path,
        socket: {
          open: (socket) => void socket.write(half),
          data: () => {},
          close: () => void closed.push(at),
        },
      }),
    ),
  );
  expect(await until(() => closed.length >= 136)).toBe(true);
  expect(await (await fetch("http://service/count", whole)).json()).toBe(7);
  // those that are left may still say the rest
  expect(closed.length).toBeLessThan(200);
  for (const socket of sockets) socket.terminate();
});

/** Listens, says so, and keeps on until it is killed. */
const LISTEN = `
Bun.listen({ unix: process.argv[1], socket: { data() {} } });
console.log("listens");
setInterval(() => {}, 1000);`;

test.skipIf(own !== 0)("another account that listens on our name is told as that", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-peer-"));
  chmodSync(directory, 0o777);
  const path = join(directory, "a.sock");
  const stranger = Bun.spawn([...AS_NOBODY, process.execPath, "-e", LISTEN, path], {
    stdout: "pipe",
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  try {
    const { value } = await stranger.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toContain("listens");
    expect(listenerAccount(path)).toBe(NOBODY);
  } finally {
    stranger.kill("SIGKILL");
    await stranger.exited;
    rmSync(directory, { recursive: true, force: true });
  }
});
