/** Stands in for the page's server: the real files and headers, and documents that a test has made. */
import { openPageFiles } from "../../../src/http/page-files.ts";
import { secured } from "../../../src/http/access/headers.ts";

export const TOKEN = "stand-in-token";

export interface StandIn extends Disposable {
  /** With the token in it. */
  readonly entry: string;
  readonly address: string;
  /** To every page that follows. */
  readonly tell: (event: string, data: object) => void;
  /** Ends the streams, as a server that dies does, and answers nothing until it recovers. */
  readonly drop: () => void;
  readonly recover: () => void;
  /** What was asked for, as `POST /api/gc {"force":true}`. */
  readonly asked: readonly string[];
}

export type Answers = Readonly<
  Record<string, (body: unknown, url: URL) => object | Response | Promise<object | Response>>
>;

export interface StandInOptions {
  /** What a page is told when it begins, by the name of the event. */
  readonly whole: () => Readonly<Record<string, object>>;
  /** By `GET /api/history`. */
  readonly answers?: Answers;
}

export function standIn({ whole, answers = {} }: StandInOptions): StandIn {
  const page = openPageFiles();
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const asked: string[] = [];
  const encoder = new TextEncoder();
  const frame = (event: string, data: object): Uint8Array =>
    encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  let isThere = true;

  const follow = (): Response => {
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        streams.add(controller);
        for (const [event, data] of Object.entries(whole())) controller.enqueue(frame(event, data));
      },
      cancel: () => void streams.delete(own),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const file = page(url.pathname, request.headers.get("accept-encoding"));
    if (file !== null) return file;
    if (!isThere) return new Response(null, { status: 503 });
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`)
      return problem(401, "This needs the token.");
    if (url.pathname === "/api/events") return follow();
    const text = await request.text();
    asked.push(`${request.method} ${url.pathname}${text === "" ? "" : ` ${text}`}`);
    const handler = Object.entries(answers).find(([path]) =>
      new RegExp(`^${path}$`).test(`${request.method} ${url.pathname}`),
    )?.[1];
    if (handler === undefined) return problem(404, "Nothing is here.");
    const result = await handler(text === "" ? null : JSON.parse(text), url);
    return result instanceof Response ? result : Response.json(result);
  };

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => secured(await answer(request)),
  });
  const address = `http://127.0.0.1:${server.port}/`;
  return {
    address,
    entry: `${address}#token=${TOKEN}`,
    asked,
    tell: (event, data) => {
      for (const stream of streams) stream.enqueue(frame(event, data));
    },
    drop: () => {
      isThere = false;
      for (const stream of streams) stream.close();
      streams.clear();
    },
    recover: () => void (isThere = true),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

export const problem = (status: number, detail: string): Response =>
  Response.json(
    { type: "about:blank", title: "Refused", status, detail },
    { status, headers: { "content-type": "application/problem+json" } },
  );
