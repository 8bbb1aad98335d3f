/** How long each GET takes, one after the other, over a connection that stays. */
import { ROUTES } from "../../src/http/routes/index.ts";
import { ascending, quantileOf } from "../../src/core/statistics/quantile.ts";
import type { TestDashboard } from "../../test/support/dashboard.ts";

export interface Waited {
  readonly path: string;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}

/** As many requests as that, or as fit into this time, but never fewer than a few. */
export interface Effort {
  readonly requests: number;
  readonly atLeast: number;
  readonly withinMs: number;
}

/** A scrape that nobody made another one within a second before. It is no bar: Prometheus waits for ten seconds. */
export const SCRAPE = "/metrics, after a pause";
const [MOST_SCRAPES, SHARED_FOR_MS] = [10, 1_100];

/** Of every route that only reads and answers at once. What is about an app is left out: none runs. */
export async function requestTimes(server: TestDashboard, effort: Effort): Promise<readonly Waited[]> {
  const id = await someProcess(server);
  const waited: Waited[] = [await scrapeTimes(server, effort)];
  for (const path of ["/", ...pathsToRead(id)])
    waited.push(
      await timesOf(new URL(path, server.address), path, effort, { authorization: `Bearer ${server.token}` }),
    );
  return waited;
}

/** Answers are shared for a second: of the others this is hidden. */
async function scrapeTimes(server: TestDashboard, { atLeast }: Effort): Promise<Waited> {
  const path = "/metrics";
  const each: Waited[] = [];
  for (let scrape = 0; scrape < Math.min(atLeast, MOST_SCRAPES); scrape++) {
    await Bun.sleep(SHARED_FOR_MS);
    each.push(await timesOf(new URL(path, server.address), path, { requests: 1, atLeast: 1, withinMs: 0 }));
  }
  const times = ascending(each.map(({ p50Ms }) => p50Ms));
  const [p50Ms, p99Ms] = [quantileOf(times, 0.5), quantileOf(times, 0.99)];
  return { path: SCRAPE, requests: times.length, p50Ms, p99Ms, bytes: each.at(-1)?.bytes ?? 0 };
}

const pathsToRead = (id: string): readonly string[] =>
  ROUTES.filter(
    ({ method, answer, path }) => method === "GET" && answer !== "Events" && !path.includes(":name"),
  ).map(({ path }) => path.replace(":id", id));

async function someProcess(server: TestDashboard): Promise<string> {
  const response = await server.get("/api/processes");
  const { processes }: { readonly processes: readonly { readonly id: string }[] } = JSON.parse(
    await response.text(),
  );
  const [first] = processes;
  if (first === undefined) throw new Error("the server shows no process");
  return first.id;
}

export async function timesOf(
  url: URL,
  path: string,
  { requests, atLeast, withinMs }: Effort,
  headers: Record<string, string> = {},
): Promise<Waited> {
  const times: number[] = [];
  let bytes = 0;
  const endMs = performance.now() + withinMs;
  while (times.length < requests && (times.length < atLeast || performance.now() < endMs)) {
    const beganMs = performance.now();
    const response = await fetch(url, { headers });
    ({ byteLength: bytes } = await response.arrayBuffer());
    times.push(performance.now() - beganMs);
    if (!response.ok) throw new Error(`${url.href} is answered with ${response.status}`);
  }
  const sorted = ascending(times);
  return {
    path,
    requests: times.length,
    p50Ms: quantileOf(sorted, 0.5),
    p99Ms: quantileOf(sorted, 0.99),
    bytes,
  };
}
