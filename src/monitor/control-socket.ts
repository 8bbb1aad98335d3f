/**
 * How commands talk to a running monitor: JSON over a unix socket that only this account can open (0600 in a
 * 0700 directory). A job has one killer (I10): while a monitor runs, `cleanup` asks it instead of acting beside it.
 */
import { chmodSync, lstatSync, rmSync } from "node:fs";
import type { Self } from "../core/policy.ts";
import type { ProcessId } from "../core/process.ts";
import type {
  About,
  AccompanyReport,
  CleanupReport,
  CleanupRequest,
  KeepReport,
  KeepRequest,
  Report,
  ReportRequest,
  StopReport,
  StopRequest,
} from "./report.ts";

/** What a monitor answers. `caller` is who asks: neither it nor its ancestors may become victims. */
export interface Answers {
  about(): About;
  report(request: ReportRequest, caller: Self): Promise<Report>;
  cleanup(request: CleanupRequest, caller: Self): Promise<CleanupReport>;
  stopByHand(request: StopRequest, caller: Self): Promise<StopReport>;
  keep(request: KeepRequest): Promise<KeepReport>;
  /** Somebody runs a command under this monitor: all below it is one job, for as long as this process lives. */
  accompany(request: ProcessId): Promise<AccompanyReport>;
  /** Asks the service to end; it answers before it does. */
  stop(): void;
}

interface Asked<T> {
  readonly caller: Self;
  readonly request: T;
}

/** The longest request that a command of ours makes is a fraction of this; a body is never held that is larger. */
const MOST_BODY_BYTES = 64 * 1024;

/** Only this account can open the socket, with this program: see PROTOCOL. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asked = async <T>(request: Request): Promise<Asked<T>> => (await request.json()) as Asked<T>;

type Handler = (request: Bun.BunRequest, server: Bun.Server<undefined>) => Response | Promise<Response>;

export interface Serving extends Disposable {
  /** Whether whoever connects to the path gets here: false once somebody removed the socket, or its directory. */
  isInForce(): boolean;
}

/**
 * Listens on `path`, which the caller owns by holding the scope's lock: what is there is a leftover. `mayAsk` is asked
 * with every request: false while another account is connected, whoever let it in.
 */
export function serveControl(path: string, answers: Answers, mayAsk = (): boolean => true): Serving {
  let isOver = false;
  const only =
    (handle: Handler): Handler =>
    (request, server) =>
      !isOver && mayAsk()
        ? handle(request, server)
        : new Response("another account is connected", { status: 403 });
  rmSync(path, { force: true });
  const server = Bun.serve({
    unix: path,
    maxRequestBodySize: MOST_BODY_BYTES,
    routes: {
      "/about": only(() => Response.json(answers.about())),
      "/report": {
        POST: only(async (request) => {
          const { caller, request: wish } = await asked<ReportRequest>(request);
          return Response.json(await answers.report(wish, caller));
        }),
      },
      "/cleanup": {
        POST: only(async (request, self) => {
          // it may wait for a whole grace, or look for minutes
          self.timeout(request, 0);
          const { caller, request: wish } = await asked<CleanupRequest>(request);
          return Response.json(await answers.cleanup(wish, caller));
        }),
      },
      "/stop-process": {
        POST: only(async (request, self) => {
          self.timeout(request, 0);
          const { caller, request: wish } = await asked<StopRequest>(request);
          return Response.json(await answers.stopByHand(wish, caller));
        }),
      },
      "/keep": {
        POST: only(async (request) =>
          Response.json(await answers.keep((await asked<KeepRequest>(request)).request)),
        ),
      },
      "/accompany": {
        POST: only(async (request) =>
          Response.json(await answers.accompany((await asked<ProcessId>(request)).request)),
        ),
      },
      "/stop": {
        POST: only(() => {
          // after the answer: who stops closes this very connection
          setTimeout(() => answers.stop());
          return new Response(null, { status: 202 });
        }),
      },
    },
    error: (error) => new Response(error.message, { status: 500 }),
  });
  chmodSync(path, 0o600);
  const own = inodeAt(path);
  return {
    isInForce: () => inodeAt(path) === own,
    [Symbol.dispose]: () => {
      isOver = true;
      const there = inodeAt(path);
      // stopping removes what has the name, and by now that may be another monitor's
      if (there !== undefined && there !== own) {
        server.unref();
        return;
      }
      void server.stop();
      rmSync(path, { force: true });
    },
  };
}

const inodeAt = (path: string): bigint | undefined =>
  lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
