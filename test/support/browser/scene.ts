/** The stand-in with the whole machine of world.ts behind it: what screenshots show, and what axe looks at. */
import {
  appsDocument,
  benchmarksDocument,
  bufferTimings,
  configDocument,
  killRows,
  LOG_LINES,
  memoryPoints,
  programsDocument,
  reportDocument,
  tickRows,
} from "./documents.ts";
import { problem, standIn, type Answers, type StandIn } from "./stand-in.ts";
import { PROGRAMS, worldOf, type Program } from "./world.ts";
import type { StatusDocument } from "../../../src/http/page/model/documents.ts";
import { statusNews } from "../../../src/wire/documents/status-news.ts";

export interface Scene extends StandIn {
  readonly status: () => StatusDocument;
  /** Goes on by a second, and tells every page. */
  readonly tick: () => void;
  /** The event that a process is suspect. */
  readonly suspect: (pid: number) => void;
  /** An id of a process, by its pid. */
  readonly idOf: (pid: number) => string;
}

const MB = 1_024 ** 2;

interface SceneOptions {
  readonly programs?: readonly Program[];
  /** So many more processes than are of interest. */
  readonly more?: number;
  readonly answers?: Answers;
  /** Instead of the machine, what a page is told when it begins. */
  readonly whole?: Readonly<Record<string, object>>;
}

export function openScene({ programs = PROGRAMS, more = 0, answers = {}, whole }: SceneOptions = {}): Scene {
  const nowMs = Date.now();
  const at = worldOf({ startMs: nowMs, programs, more });
  let second = 0;
  const server = standIn({
    whole: () => whole ?? { status: at(second), apps: appsDocument(nowMs), runtime: programsDocument(nowMs) },
    answers: { ...answersOf(nowMs), ...answers },
  });
  const idOf = (pid: number): string => {
    const found = at(second).processes.find((each) => each.pid === pid);
    if (found === undefined) throw new Error(`Nobody has the pid ${pid}.`);
    return found.id;
  };
  return {
    ...server,
    status: () => at(second),
    tick: () => {
      const known = statusNews(at(second), { known: [], whole: false }).numbers;
      const { change } = statusNews(at(++second), { known, whole: false });
      server.tell("status-change", JSON.parse(change ?? ""));
    },
    suspect: (pid) =>
      server.tell("event", {
        schemaVersion: 1,
        type: "suspect",
        atMs: Date.parse(at(second).at),
        victim: { id: { pid, startTicks: Number(idOf(pid).split("-")[1]), exe: null }, command: "" },
        rule: "cpu",
        evidence: "",
      }),
    idOf,
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
}

const answersOf = (nowMs: number): Answers => ({
  "GET /api/history": (_, url) =>
    url.searchParams.get("table") === "ticks" ? { ticks: tickRows(nowMs) } : { kills: killRows(nowMs) },
  "GET /api/processes/[^/]+": (_, url) =>
    url.pathname.endsWith("/1-1")
      ? problem(404, "No process 1-1 runs, and the history knows none.")
      : { memory: memoryPoints(nowMs), history: { verdicts: [], kills: [], exit: null } },
  "GET /api/report": () => reportDocument(nowMs),
  "GET /api/config": configDocument,
  "GET /api/benchmarks": () => benchmarksDocument(nowMs),
  "GET /api/runtime": () => programsDocument(nowMs),
  "GET /api/metrics": () => ({
    timestamp: new Date(nowMs).toISOString(),
    pid: 1_402,
    memory: { heapUsed: 5.1 * MB, heapTotal: 8.4 * MB, external: 0.9 * MB, rss: 41 * MB },
    cpu: { userMs: 812, systemMs: 140 },
    uptime: 5_400,
    gcStats: {
      collections: 1,
      duration: 2.1,
      beforeGC: 6.4 * MB,
      afterGC: 5.1 * MB,
      memoryFreed: 1.3 * MB,
      forced: false,
    },
  }),
  "GET /api/system": () => ({
    platform: "linux",
    arch: "x64",
    release: "6.12.0",
    versions: { bun: Bun.version, node: "24.3.0", webkit: "9dd9ab0c8d1e" },
    processors: 8,
    memory: { totalBytes: 32_768 * MB, availableBytes: 19_200 * MB, limitBytes: null },
  }),
  "POST /api/gc": () => ({
    collections: 2,
    duration: 2.3,
    beforeGC: 6 * MB,
    afterGC: 5 * MB,
    memoryFreed: MB,
    forced: false,
  }),
  "POST /api/buffer/performance": () => ({
    schemaVersion: 1,
    at: new Date(nowMs).toISOString(),
    timings: bufferTimings(),
  }),
  "POST /api/benchmarks/run": () =>
    new Response(
      'event: begun\ndata: {}\n\nevent: running\ndata: {"tookMs":1000}\n\nevent: result\ndata: {"exitCode":0,"tookMs":1400}\n\n',
      { headers: { "content-type": "text/event-stream" } },
    ),
  "POST /api/ffi": () => ({
    schemaVersion: 1,
    at: new Date(nowMs).toISOString(),
    calls: [
      {
        library: "libc",
        call: "getpid()",
        result: 1_402,
        expected: 1_402,
        nativeNs: 110.2,
        javascriptNs: 4.1,
      },
      {
        library: "libm",
        call: "cos(1)",
        result: 0.540302,
        expected: 0.540302,
        nativeNs: 9.8,
        javascriptNs: 5.2,
      },
    ],
  }),
  "POST /api/apps/[^/]+/\\w+": () => ({ apps: [], failures: [] }),
  "GET /api/apps/[^/]+/logs": () =>
    new Response(
      LOG_LINES.map(
        (text) =>
          `event: line\ndata: ${JSON.stringify({ instance: null, stream: text.startsWith("warning") ? "err" : "out", text })}\n\n`,
      ).join(""),
      {
        headers: { "content-type": "text/event-stream" },
      },
    ),
});
