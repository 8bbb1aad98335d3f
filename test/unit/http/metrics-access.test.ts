/** Who may read the metrics: everybody who reaches the server, unless the configuration says otherwise. */
import { expect, test } from "bun:test";
import type { Dashboard } from "../../../src/http/dashboard.ts";
import { BY_CHOICE, route } from "../../../src/http/route.ts";
import { createRouter, type RouterOptions } from "../../../src/http/router.ts";

const routes = [
  route({
    method: "GET",
    path: "/metrics",
    summary: "",
    secret: BY_CHOICE,
    answer: "Metrics",
    handle: () => "m",
  }),
  route({ method: "GET", path: "/api/processes", summary: "", answer: "Processes", handle: () => "p" }),
  route({
    method: "GET",
    path: "/health",
    summary: "",
    secret: "nobody",
    answer: "Health",
    handle: () => "h",
  }),
];

async function statuses(isOpen: RouterOptions["isOpen"], authorization?: string): Promise<readonly number[]> {
  const router = createRouter({
    // no handler here looks at it
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    dashboard: {} as Dashboard,
    routes,
    isBearer: (header) => header === "Bearer right",
    isOpen,
    page: () => null,
    onBug: (error) => {
      throw error;
    },
  });
  const headers = { host: "127.0.0.1:7878", ...(authorization !== undefined && { authorization }) };
  const answers = await Promise.all(
    routes.map(({ path }) => router(new Request(`http://127.0.0.1:7878${path}`, { headers }), () => {})),
  );
  return answers.map(({ status }) => status);
}

test.each([
  ["metrics", undefined, [200, 401, 200]],
  [false, undefined, [401, 401, 200]],
  [true, undefined, [200, 200, 200]],
  [false, "Bearer wrong", [401, 401, 200]],
  [false, "Bearer right", [200, 200, 200]],
] as const)("open: %p, authorization: %p", async (isOpen, authorization, expected) => {
  expect(await statuses(isOpen, authorization)).toEqual([...expected]);
});
