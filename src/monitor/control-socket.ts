/**
 * How commands talk to a running monitor: JSON over a unix socket that only this account can open (0600 in a
 * 0700 directory). A job has one killer (I10): while a monitor runs, `cleanup` asks it instead of acting beside it.
 */
import { chmodSync, rmSync } from "node:fs";
import type { Self } from "../core/policy.ts";
import type {
  About,
  CleanupReport,
  CleanupRequest,
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
  /** Asks the service to end; it answers before it does. */
  stop(): void;
}

interface Asked<T> {
  readonly caller: Self;
  readonly request: T;
}

/** Who can open the socket is this account, with this program: see PROTOCOL. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asked = async <T>(request: Request): Promise<Asked<T>> => (await request.json()) as Asked<T>;

/** Listens on `path`, which the caller owns by holding the scope's lock: what is there is a leftover. */
export function serveControl(path: string, answers: Answers): Disposable {
  rmSync(path, { force: true });
  const server = Bun.serve({
    unix: path,
    routes: {
      "/about": () => Response.json(answers.about()),
      "/report": {
        POST: async (request) => {
          const { caller, request: wish } = await asked<ReportRequest>(request);
          return Response.json(await answers.report(wish, caller));
        },
      },
      "/cleanup": {
        POST: async (request, self) => {
          // it may wait for a whole grace, or look for minutes
          self.timeout(request, 0);
          const { caller, request: wish } = await asked<CleanupRequest>(request);
          return Response.json(await answers.cleanup(wish, caller));
        },
      },
      "/stop-process": {
        POST: async (request, self) => {
          self.timeout(request, 0);
          const { caller, request: wish } = await asked<StopRequest>(request);
          return Response.json(await answers.stopByHand(wish, caller));
        },
      },
      "/stop": {
        POST: () => {
          // after the answer: who stops closes this very connection
          setTimeout(() => answers.stop());
          return new Response(null, { status: 202 });
        },
      },
    },
    error: (error) => new Response(error.message, { status: 500 }),
  });
  chmodSync(path, 0o600);
  return {
    [Symbol.dispose]: () => {
      void server.stop();
      rmSync(path, { force: true });
    },
  };
}
