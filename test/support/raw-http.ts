/** Requests byte by byte, as no client of ours would send them. */
import { connect } from "node:net";

export interface RawAnswer {
  /** null: the connection was closed without an answer. */
  readonly status: number | null;
  readonly head: string;
  readonly body: string;
}

/** Sends it and reads until the server closes. The request should ask for that. */
export function raw(port: number, request: string | Uint8Array): Promise<RawAnswer> {
  const { promise, resolve } = Promise.withResolvers<RawAnswer>();
  const pieces: Buffer[] = [];
  const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(request));
  socket.on("data", (piece: Buffer) => pieces.push(piece));
  // a server that refuses may do so before it has read all
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    const [head = "", ...body] = Buffer.concat(pieces).toString("latin1").split("\r\n\r\n");
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    resolve({ status: status === undefined ? null : Number(status), head, body: body.join("\r\n\r\n") });
  });
  return promise;
}

/** A request with these lines, and the connection closed after it. */
export const lines = (...head: readonly string[]): string =>
  [...head, "Connection: close", "", ""].join("\r\n");
