/**
 * Commands talk to a running service of ours in JSON over a unix socket that only this account can open (0600
 * in a 0700 directory). A job has one killer (I10): while a monitor runs, `cleanup` asks it instead of acting
 * beside it.
 */
import { chmodSync, lstatSync, rmSync } from "node:fs";
import { Arriving } from "./arriving.ts";
import type { About, Answers, Asked, Followed, Protocol, Routes } from "./routes.ts";

export interface Service<R extends Routes, A extends About> {
  readonly answers: Answers<R>;
  about(): Omit<A, keyof About> & Omit<About, "protocol">;
  /** Asks the service to end; it answers before it does. */
  stop(): void;
}

/** The longest request that a command of ours makes is a fraction of this; a body is never held that is larger. */
const MOST_BODY_BYTES = 64 * 1024;

/** From its first line on. Longer than a machine without time takes for a few KB. */
const WHOLE_WITHIN_S = 10;

/** The HTTP status for those who were connected before the service ended. */
export const HAS_ENDED = 410;

type Handler = (request: Bun.BunRequest, server: Bun.Server<undefined>) => Response | Promise<Response>;
type Answerer = (...parameters: readonly unknown[]) => unknown;

export interface Serving extends Disposable {
  /** true: a connection to the path gets here; false once somebody removed the socket, or its directory. */
  isInForce(): boolean;
  /** Once it is disposed: resolves when what was asked before has been answered. */
  readonly answered: Promise<unknown>;
}

/** Only this account can open the socket, with this program; a body of another shape is refused all the same. */
function asked(body: unknown): Asked {
  const isAsked = typeof body === "object" && body !== null && "parameters" in body;
  if (!isAsked || !Array.isArray(body.parameters)) throw new TypeError("That is no question.");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return body as unknown as Asked;
}

/**
 * Listens on `path`, which the caller owns by holding its lock: what is there is a leftover. `mayAsk` is asked with every
 * request: false while another account is connected, whoever let it in.
 */
export function serveSocket<R extends Routes, A extends About>(
  path: string,
  { routes, version, mostBodyBytes = MOST_BODY_BYTES }: Protocol<R, A>,
  service: Service<R, A>,
  mayAsk = (): boolean => true,
): Serving {
  const over = new AbortController();
  const arriving = new Arriving();
  const only =
    (handle: Handler): Handler =>
    (request, server) => {
      if (over.signal.aborted) return new Response("it has ended", { status: HAS_ENDED });
      return mayAsk()
        ? handle(request, server)
        : new Response("another account is connected", { status: 403 });
    };
  const answering =
    (name: string): Handler =>
    async (request, self) => {
      self.timeout(request, WHOLE_WITHIN_S);
      const text = await arriving.whole(request);
      if (text === null)
        return new Response("others had to be heard", { status: 408, headers: { connection: "close" } });
      // a clean-up may wait for a whole grace, or look for minutes
      self.timeout(request, 0);
      // only this account can open the socket, with this program; by the table both are what the name stands for
      const { parameters, cursor = null } = asked(JSON.parse(text));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const answer = (service.answers[name] as Answerer)(...parameters);
      if (routes[name]?.kind === "ask") return Response.json(await answer);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const { feed, snapshot } = answer as Followed<unknown, unknown>;
      const end = AbortSignal.any([request.signal, over.signal]);
      return Response.json(await feed.read(cursor, snapshot, end));
    };
  rmSync(path, { force: true });
  const server = Bun.serve({
    unix: path,
    maxRequestBodySize: mostBodyBytes,
    routes: {
      "/about": only(() => Response.json({ ...service.about(), protocol: version })),
      ...Object.fromEntries(Object.keys(routes).map((name) => [`/${name}`, { POST: only(answering(name)) }])),
      "/stop": {
        POST: only(() => {
          // after the answer: who stops closes this very connection
          setTimeout(() => service.stop());
          return new Response(null, { status: 202 });
        }),
      },
    },
    error: (error) => new Response(error.message, { status: 500 }),
  });
  chmodSync(path, 0o600);
  const own = inodeAt(path);
  const { promise: answered, resolve } = Promise.withResolvers<unknown>();
  return {
    answered,
    isInForce: () => inodeAt(path) === own,
    [Symbol.dispose]: () => {
      over.abort();
      const there = inodeAt(path);
      // stopping removes what has the name, and by now that may be another service's
      if (there !== undefined && there !== own) {
        server.unref();
        return resolve(null);
      }
      resolve(server.stop());
      rmSync(path, { force: true });
    },
  };
}

const inodeAt = (path: string): bigint | undefined =>
  lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
