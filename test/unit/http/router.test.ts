/** What needs the token, whatever the settings open: a request goes through the router alone, without a network. */
import { expect, test } from "bun:test";
import type { Loaded } from "../../../src/config/load.ts";
import type { Dashboard } from "../../../src/http/dashboard.ts";
import { frameOf } from "../../../src/http/event-stream.ts";
import { route } from "../../../src/http/route.ts";
import { createRouter, type RouterOptions } from "../../../src/http/router.ts";
import { AskedMonitor } from "../../../src/http/source/monitor.ts";
import { ServiceError } from "../../../src/wire/client.ts";

const routes = [
  route({ method: "GET", path: "/api/read", summary: "", answer: "Health", handle: () => ({}) }),
  route({
    method: "GET",
    path: "/open",
    summary: "",
    secret: "nobody",
    answer: "Health",
    handle: () => ({}),
  }),
  route({
    method: "POST",
    path: "/api/change",
    summary: "",
    changes: "changes",
    answer: "Health",
    handle: () => ({}),
  }),
  // nobody may declare one like this; the router does not obey it either
  route({
    method: "POST",
    path: "/open",
    summary: "",
    changes: "changes",
    secret: "nobody",
    answer: "Health",
    handle: () => ({}),
  }),
];

const OPTIONS: RouterOptions = {
  // these handlers ask nothing of it
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  dashboard: {} as Dashboard,
  routes,
  isBearer: (given) => given === "Bearer right",
  isOpen: false,
  page: () => null,
  onBug: (error) => {
    throw error;
  },
};

test.each<[isOpen: boolean, authorization: string | null, statuses: readonly number[]]>([
  [false, null, [401, 200, 401, 401]],
  [true, null, [200, 200, 401, 401]],
  [true, "Bearer wrong", [200, 200, 401, 401]],
  [false, "Bearer right", [200, 200, 200, 200]],
])("reading is open: %p, with %p", async (isOpen, authorization, statuses) => {
  const router = createRouter({ ...OPTIONS, isOpen });
  const answers = await Promise.all(
    routes.map(({ method, path }) => {
      const headers = { host: "localhost", ...(authorization !== null && { authorization }) };
      return router(new Request(`http://localhost${path}`, { method, headers }), () => {});
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual([...statuses]);
});

test.each<[string, Error, number, string]>([
  ["a monitor of another version", new ServiceError("Restart it"), 502, "Restart it"],
  ["no process left", Object.assign(new Error("fork failed"), { code: "EAGAIN" }), 503, "nothing left"],
])("%s is no bug of ours", async (_, error, status, says) => {
  const failing = route({
    method: "GET",
    path: "/open",
    summary: "",
    secret: "nobody",
    answer: "Health",
    handle: () => {
      throw error;
    },
  });
  const router = createRouter({ ...OPTIONS, routes: [failing] });
  const request = new Request("http://localhost/open", { headers: { host: "localhost" } });
  const answer = await router(request, () => {});
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(says)]);
});

const routeTo = (path: `/${string}`, handle: () => unknown) =>
  route({ method: "GET", path, summary: "", secret: "nobody", answer: "Health", handle });

async function* frames(): AsyncGenerator<string, void> {
  yield frameOf("status", "{}");
  throw new Error("no more");
}

test("who hangs up is no bug; a stream that fails says so, ends, and is one", async () => {
  const bugs: unknown[] = [];
  const router = createRouter({
    ...OPTIONS,
    routes: [
      routeTo("/fails", () => {
        throw new Error("closed");
      }),
      routeTo("/stream", frames),
    ],
    onBug: (error) => bugs.push(error),
  });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    router(new Request(`http://localhost${path}`, { headers: { host: "localhost" }, ...init }), () => {});
  await ask("/fails", { signal: AbortSignal.abort() });
  expect(bugs).toEqual([]);
  expect(await (await ask("/stream", { method: "HEAD" })).text()).toBe("");
  const stream = await ask("/stream");
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  expect(await stream.text()).toMatch(
    /^event: status\ndata: \{\}\n\nevent: trouble\ndata: \{"what":"[^"]+"\}\n\n$/u,
  );
  expect(bugs).toEqual([new Error("no more")]);
});

test("however often /health is asked for, by whomever, the monitor hears of it once a second", async () => {
  let asked = 0;
  class Counting extends AskedMonitor {
    override state() {
      asked++;
      return Promise.resolve(null);
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  await using monitor = new Counting({} as Loaded);
  await Promise.all(Array.from({ length: 100 }, () => monitor.recentState()));
  expect(asked).toBeLessThan(3);
});
