/** Both ends of the control socket: who may ask, and what an answer is taken for. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type RunningService, ServiceError } from "../../../src/wire/client.ts";
import { Feed } from "../../../src/wire/feed.ts";
import { type About, ask, type Answers, follow, type Protocol } from "../../../src/wire/routes.ts";
import { serveSocket, type Serving } from "../../../src/wire/server.ts";

let directory = "";
let path = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-control-"));
  path = join(directory, "control.sock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A service that is none of ours: what the two ends share is this table alone. */
const routes = {
  greet: ask<[name: string, times: number], { readonly said: string }>(),
  fail: ask<[], never>(),
  counts: follow<[from: number], { readonly at: number }, number>(),
};
const COUNTER: Protocol<typeof routes, About> = {
  title: "counter",
  version: 3,
  restart: "counter --restart",
  routes,
};

interface Counter {
  readonly serve: (options?: { readonly version?: number; readonly mayAsk?: () => boolean }) => Serving;
  readonly asked: string[];
  readonly feed: Feed<number>;
}

function aCounter(mostKept?: number): Counter {
  const asked: string[] = [];
  const feed = new Feed<number>(mostKept);
  const answers: Answers<typeof routes> = {
    greet: async (name, times) => {
      asked.push("greet");
      return { said: `hello ${name}`.repeat(times) };
    },
    fail: async () => {
      asked.push("fail");
      throw new Error("no room for it");
    },
    counts: (from) => ({ feed, snapshot: () => ({ at: from }) }),
  };
  return {
    asked,
    feed,
    serve: ({ version = COUNTER.version, mayAsk } = {}) =>
      serveSocket(
        path,
        { ...COUNTER, version },
        {
          answers,
          about: () => ({ version: "9.9.9", pid: 77, project: "/", sinceMs: 0 }),
          stop: () => void asked.push("stop"),
        },
        mayAsk,
      ),
  };
}

const failure = (asking: Promise<unknown>): Promise<unknown> => asking.catch((error: unknown) => error);

async function found(): Promise<RunningService<typeof COUNTER>> {
  const counter = await connect(path, COUNTER);
  if (counter === null) throw new Error("nobody listens");
  return counter;
}

test("only this account can open it; it takes the place of a leftover, and goes with the service", async () => {
  writeFileSync(path, "what a killed service left");
  const serving = aCounter().serve();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await found()).about.pid).toBe(77);
  serving[Symbol.dispose]();
  expect(existsSync(path)).toBe(false);
  expect(await connect(path, COUNTER)).toBeNull();
});

test("what is asked arrives with all its parameters, and the answer comes back", async () => {
  using _ = aCounter().serve();
  expect(await (await found()).greet("you", 2)).toEqual({ said: "hello youhello you" });
});

test("while another account is connected nothing is answered and nothing is done, whatever is asked for", async () => {
  const counter = aCounter();
  using _ = counter.serve({ mayAsk: () => false });
  for (const [method, route] of [
    ["GET", "about"],
    ["POST", "greet"],
    ["POST", "fail"],
    ["POST", "counts"],
    ["POST", "stop"],
  ] as const) {
    const body = method === "POST" ? { body: JSON.stringify({ parameters: [] }) } : {};
    const response = await fetch(`http://service/${route}`, { unix: path, method, ...body });
    expect([route, response.status]).toEqual([route, 403]);
  }
  expect(String(await failure(connect(path, COUNTER)))).toContain("another account is connected");
  // /stop would act after its answer
  await new Promise((resolve) => setTimeout(resolve));
  expect(counter.asked).toEqual([]);
});

test("a request that fails there is an error here, with what was wrong", async () => {
  const counter = aCounter();
  using _ = counter.serve();
  expect(String(await failure((await found()).fail()))).toContain(
    "The running counter failed on /fail: no room for it",
  );
  expect(counter.asked).toEqual(["fail"]);
});

test("a service of another version is asked for nothing but its end", async () => {
  const counter = aCounter();
  using _ = counter.serve({ version: 2 });
  const running = await found();
  const failed = await failure(running.greet("you", 1));
  expect(failed).toBeInstanceOf(ServiceError);
  expect(String(failed)).toContain("(pid 77) is version 9.9.9");
  expect(String(failed)).toContain("counter --restart");
  expect(() => running.counts(new AbortController().signal, 1)).toThrow(ServiceError);
  expect(counter.asked).toEqual([]);
  await running.stop();
  while (counter.asked.length === 0) await Bun.sleep(1);
  expect(counter.asked).toEqual(["stop"]);
});

test("something else behind the socket is no service that is absent", async () => {
  using _ = Bun.listen({
    unix: path,
    socket: { data: (socket) => void socket.end("SSH-2.0-OpenSSH\r\n\r\n") },
  });
  expect(String(await failure(connect(path, COUNTER)))).toContain(
    `The counter behind ${path} does not answer`,
  );
});

test("a body larger than any request of ours is not read, and whoever sent it is told so", async () => {
  const counter = aCounter();
  using _ = counter.serve();
  for (const body of ["[".repeat(70_000), "x".repeat(5_000_000)]) {
    const response = await fetch("http://service/greet", { unix: path, method: "POST", body });
    expect(response.status).toBe(413);
  }
  const error = await failure((await found()).greet("x".repeat(100_000), 1));
  expect(error).toBeInstanceOf(ServiceError);
  expect(String(error)).toContain("more was asked at once than it reads");
  expect(counter.asked).toEqual([]);
});

test("a stream begins with a snapshot, goes on with the changes, and ends with the service", async () => {
  const counter = aCounter();
  const serving = counter.serve();
  counter.feed.publish(0);
  const stream = (await found()).counts(new AbortController().signal, 40);
  expect((await stream.next()).value).toMatchObject({ snapshot: { at: 40 }, changes: [], missed: 0 });
  counter.feed.publish(1);
  counter.feed.publish(2);
  const seen: number[] = [];
  const later = stream.next().then(({ value }) => value?.changes ?? []);
  seen.push(...(await later));
  const next = stream.next();
  counter.feed.publish(3);
  seen.push(...((await next).value?.changes ?? []));
  expect(seen).toEqual([1, 2, 3]);
  const last = stream.next();
  serving[Symbol.dispose]();
  expect((await last).done).toBe(true);
});

test("a reader that comes too late begins anew, and is told how much it has missed", async () => {
  const counter = aCounter(10);
  using _ = counter.serve();
  const stream = (await found()).counts(new AbortController().signal, 1);
  await stream.next();
  for (let count = 0; count < 1_000; count++) counter.feed.publish(count);
  expect((await stream.next()).value).toMatchObject({ snapshot: { at: 1 }, changes: [], missed: 1_000 });
  counter.feed.publish(1_000);
  expect((await stream.next()).value).toMatchObject({ snapshot: null, changes: [1_000], missed: 0 });
});

test("a reader that stops reading, and one that is gone, hold up nobody and nothing", async () => {
  const counter = aCounter(10);
  using _ = counter.serve();
  // it asks, and never takes the answer
  const stuck = await Bun.connect({ unix: path, socket: { data: (socket) => socket.pause() } });
  const body = JSON.stringify({ parameters: [1], cursor: null });
  const request = `POST /counts HTTP/1.1\r\nHost: service\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (let times = 0; times < 20; times++) stuck.write(request);
  const gone = new AbortController();
  const left = (await found()).counts(gone.signal, 1);
  await left.next();
  const waiting = left.next();
  gone.abort();
  expect((await waiting).done).toBe(true);
  const stream = (await found()).counts(new AbortController().signal, 1);
  await stream.next();
  for (const count of [1, 2]) {
    const next = stream.next();
    counter.feed.publish(count);
    expect((await next).value?.changes).toEqual([count]);
  }
  stuck.end();
});

test("a service that was started anew is another stream: its snapshot comes first", async () => {
  const first = aCounter();
  const serving = first.serve();
  const stream = (await found()).counts(new AbortController().signal, 5);
  await stream.next();
  first.feed.publish(1);
  // the next question finds another one at the same place
  serving[Symbol.dispose]();
  const second = aCounter();
  using _ = second.serve();
  expect((await stream.next()).value).toMatchObject({ snapshot: { at: 5 }, changes: [], missed: 0 });
});
