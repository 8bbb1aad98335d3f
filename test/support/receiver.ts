/** A webhook's other end on loopback that misbehaves on demand: raw sockets, so that it can break off wherever it likes. */
import { createServer, type Server, type Socket } from "node:net";

/** What the next requests meet. */
export type Behaviour =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: readonly string[];
      readonly body?: string;
    }
  /** 200, but only after this long. */
  | { readonly kind: "slow"; readonly ms: number }
  /** The request is read, then the connection is reset. */
  | { readonly kind: "reset" }
  /** Reads and never answers. */
  | { readonly kind: "silent" }
  | { readonly kind: "garbage" }
  /** A status, then a body without an end. */
  | { readonly kind: "endless"; readonly status: number };

export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: string;
  readonly body: string;
}

export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  behave: Behaviour;
  /** Every whole request. */
  readonly requests: readonly Received[];
  /** Those that were answered with a 2xx. */
  readonly accepted: readonly Received[];
  /** Connections are refused from now on. */
  shut(): Promise<void>;
  /** On the same port again. */
  open(): Promise<void>;
}

export const OK: Behaviour = { kind: "answer", status: 200 };
export const answer = (status: number, ...headers: readonly string[]): Behaviour => ({
  kind: "answer",
  status,
  headers,
});

/** `url` leads to a path that must appear nowhere. */
export const SECRET_PATH = "services/T0SECRET/B0SECRET/x0SECRET";

export async function startReceiver(behave: Behaviour = OK): Promise<Receiver> {
  const requests: Received[] = [];
  const accepted: Received[] = [];
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;

  const respond = (socket: Socket, request: Received): void => {
    const { behave: now } = receiver;
    switch (now.kind) {
      case "answer":
        if (now.status >= 200 && now.status < 300) accepted.push(request);
        return reply(socket, now.status, now.headers ?? [], now.body ?? "");
      case "slow":
        setTimeout(() => {
          if (socket.destroyed) return;
          accepted.push(request);
          reply(socket, 200, [], "ok");
        }, now.ms);
        return;
      case "reset":
        socket.resetAndDestroy();
        return;
      case "silent":
        return;
      case "garbage":
        socket.end("SSH-2.0-OpenSSH_9.9\r\n\r\n");
        return;
      case "endless": {
        if (now.status < 300) accepted.push(request);
        socket.write(`HTTP/1.1 ${now.status} X\r\nContent-Type: text/plain\r\n\r\n`);
        const pour = (): void => {
          while (!socket.destroyed && socket.write("x".repeat(65_536)));
        };
        socket.on("drain", pour);
        pour();
      }
    }
  };

  const open = async (): Promise<void> => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      // the other side may break off too: that is what is tested
      socket.on("error", () => socket.destroy());
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
        const request = wholeRequest(text);
        if (request === null) return;
        text = "";
        requests.push(request);
        respond(socket, request);
      });
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
    await promise;
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    port = address.port;
  };

  const shut = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server?.close(() => resolve());
    for (const socket of sockets) socket.destroy();
    await promise;
  };

  await open();
  const receiver: Receiver = {
    port,
    url: `http://127.0.0.1:${port}/${SECRET_PATH}`,
    behave,
    requests,
    accepted,
    open,
    shut,
    [Symbol.asyncDispose]: shut,
  };
  return receiver;
}

function reply(socket: Socket, status: number, headers: readonly string[], body: string): void {
  const lines = [`HTTP/1.1 ${status} X`, `Content-Length: ${body.length}`, "Connection: close", ...headers];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

function wholeRequest(text: string): Received | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const headers = text.slice(0, end);
  const body = text.slice(end + 4);
  const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? 0);
  if (Buffer.byteLength(body) < length) return null;
  return {
    id: /^idempotency-key: (.+)$/im.exec(headers)?.[1]?.trim() ?? "",
    path: headers.split(" ", 2)[1] ?? "",
    headers,
    body,
  };
}
