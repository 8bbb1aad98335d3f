/** Benchmarks and tests: what came out last, and one run of a file of the project. */
import { route, type Route } from "../route.ts";

export const BENCHMARKS: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/benchmarks",
    summary:
      "The files of this project with benchmarks and tests, how long each test file takes and how often it was flaky, and the last runs that were asked for here.",
    answer: "Benchmarks",
    handle: async ({ dashboard: { benchmarks } }) => (await benchmarks()).document(),
  }),
  route({
    method: "POST",
    path: "/api/benchmarks/run",
    summary:
      "Runs one file with `bun-isolate`, in processes of its own, as server-sent events: `begun`, `running`, and `result` with the document of `--json`, or `failed`. One at a time; it ends with the request.",
    changes: "runs a program of this project",
    asks: "Run",
    answer: "RunEvents",
    handle: async ({ dashboard: { benchmarks }, asked: { kind, file }, request }) =>
      (await benchmarks()).run(kind, file, request.signal),
  }),
];
