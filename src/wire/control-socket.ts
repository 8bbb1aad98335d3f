/**
 * How commands talk to a running monitor: JSON over a unix socket that only this account can open (0600 in a
 * 0700 directory). A job has one killer (I10): while a monitor runs, `cleanup` asks it instead of acting beside it.
 */
import { chmodSync, lstatSync, rmSync } from "node:fs";
import { QUESTIONS, type MonitorAbout, type Answering } from "./report.ts";

/** What a monitor answers. */
export interface Answers extends Answering {
  about(): MonitorAbout;
  /** Asks the service to end; it answers before it does. */
  stop(): void;
}

/** The longest request that a command of ours makes is a fraction of this; a body is never held that is larger. */
const MOST_BODY_BYTES = 64 * 1024;

/** Of whatever type the one who answers takes. */
interface Asked {
  readonly request: never;
  readonly caller: never;
}

/** Only this account can open the socket, with this program: see PROTOCOL. */
const asked = async (request: Request): Promise<Asked> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  (await request.json()) as Asked;

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
  const answering =
    (question: (typeof QUESTIONS)[number]): Handler =>
    async (request, self) => {
      // a clean-up may wait for a whole grace, or look for minutes
      self.timeout(request, 0);
      const { request: wish, caller } = await asked(request);
      return Response.json(await answers[question](wish, caller));
    };
  rmSync(path, { force: true });
  const server = Bun.serve({
    unix: path,
    maxRequestBodySize: MOST_BODY_BYTES,
    routes: {
      "/about": only(() => Response.json(answers.about())),
      ...Object.fromEntries(
        QUESTIONS.map((question) => [`/${question}`, { POST: only(answering(question)) }]),
      ),
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
