/** How long each GET takes, one after the other, over a connection that stays. */
import { ROUTES } from "../../src/http/routes/index.ts";
import { ascending, quantileOf } from "../../src/core/statistics/quantile.ts";
import { bearer, type Server } from "./server.ts";

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

/** Of every route that only reads and answers at once. What is about an app is left out: none runs. */
export async function requestTimes(server: Server, effort: Effort): Promise<readonly Waited[]> {
  const id = await someProcess(server);
  const waited: Waited[] = [];
  for (const path of ["/", ...pathsToRead(id)])
    waited.push(await timesOf(`${server.url}${path}`, path, effort, bearer(server)));
  return waited;
}

const pathsToRead = (id: string): readonly string[] =>
  ROUTES.filter(
    ({ method, answer, path }) => method === "GET" && answer !== "Events" && !path.includes(":name"),
  ).map(({ path }) => path.replace(":id", id));

async function someProcess(server: Server): Promise<string> {
  const response = await fetch(`${server.url}/api/processes`, { headers: bearer(server) });
  const { processes }: { readonly processes: readonly { readonly id: string }[] } = JSON.parse(
    await response.text(),
  );
  const [first] = processes;
  if (first === undefined) throw new Error("the server shows no process");
  return first.id;
}

export async function timesOf(
  url: string,
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
    if (!response.ok) throw new Error(`${url} is answered with ${response.status}`);
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
