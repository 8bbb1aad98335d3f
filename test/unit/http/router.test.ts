/** What needs the token, whatever the settings open: a request goes through the router alone, without a network. */
import { expect, test } from "bun:test";
import type { Dashboard } from "../../../src/http/dashboard.ts";
import { route } from "../../../src/http/route.ts";
import { createRouter } from "../../../src/http/router.ts";

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

test.each<[isOpen: boolean, authorization: string | null, statuses: readonly number[]]>([
  [false, null, [401, 200, 401, 401]],
  [true, null, [200, 200, 401, 401]],
  [true, "Bearer wrong", [200, 200, 401, 401]],
  [false, "Bearer right", [200, 200, 200, 200]],
])("reading is open: %p, with %p", async (isOpen, authorization, statuses) => {
  const router = createRouter({
    // these handlers ask nothing of it
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    dashboard: {} as Dashboard,
    routes,
    isBearer: (given) => given === "Bearer right",
    isOpen,
    page: () => null,
    onBug: (error) => {
      throw error;
    },
  });
  const answers = await Promise.all(
    routes.map(({ method, path }) => {
      const headers = { host: "localhost", ...(authorization !== null && { authorization }) };
      return router(new Request(`http://localhost${path}`, { method, headers }), () => {});
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual([...statuses]);
});
