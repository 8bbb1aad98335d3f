/** The listener: on the loopback address or on a unix socket, with limits on what a client may take of it. */
import { chmodSync, lstatSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { CommandError } from "../text/errors.ts";
import { codeOf } from "../text/system-error.ts";
import { ownUid } from "../trust/open.ts";
import { requireBelievable } from "../trust/path.ts";
import type { Router } from "./router.ts";

const LOOPBACK = "127.0.0.1";
export const USUAL_PORT = 7_878;
/** As many are tried where the usual one is taken, and none was asked for. */
const PORTS_TRIED = 20;
const MOST_BODY_BYTES = 64 * 1_024;
/** Without a byte in either direction. */
const IDLE_S = 10;

/** null port: the usual one, or the next that is free. */
export type Place = { readonly port: number | null } | { readonly socket: string };

export interface Listening extends AsyncDisposable {
  readonly address: string;
  /** Somebody else has the usual port, and may play this server there. */
  readonly isElsewhere: boolean;
}

export function listen(place: Place, router: Router): Listening {
  const serving = {
    maxRequestBodySize: MOST_BODY_BYTES,
    fetch: (request: Request, server: Bun.Server<undefined>) =>
      router(request, () => server.timeout(request, 0)),
  };
  return "socket" in place ? onSocket(place.socket, serving) : onPort(place.port, serving);
}

interface Serving {
  readonly maxRequestBodySize: number;
  readonly fetch: (request: Request, server: Bun.Server<undefined>) => Promise<Response>;
}

function onPort(asked: number | null, serving: Serving): Listening {
  const first = asked ?? USUAL_PORT;
  const last = asked === null ? first + PORTS_TRIED : first;
  for (let port = first; ; port++) {
    try {
      const server = Bun.serve({ ...serving, hostname: LOOPBACK, port, idleTimeout: IDLE_S });
      return {
        address: `http://${LOOPBACK}:${server.port}/`,
        isElsewhere: asked === null && port !== first,
        [Symbol.asyncDispose]: () => server.stop(true),
      };
    } catch (error) {
      if (codeOf(error) !== "EADDRINUSE") throw error;
      if (port === last)
        throw new CommandError(
          `Port ${port} of ${LOOPBACK} is taken. Name another one with --port, or see who has it: ss -ltnp`,
          { cause: error },
        );
    }
  }
}

/** In a folder that nobody else can put anything into, and with permissions that keep other accounts out from the start. */
function onSocket(path: string, serving: Serving): Listening {
  requireBelievable(dirname(path), ownUid());
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isSocket())
    throw new CommandError(`${path} is there and is no socket. Move it away, or name another path.`);
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    const server = Bun.serve({ unix: path, ...serving });
    chmodSync(path, 0o600);
    return {
      address: path,
      isElsewhere: false,
      [Symbol.asyncDispose]: async () => {
        await server.stop(true);
        rmSync(path, { force: true });
      },
    };
  } finally {
    process.umask(before);
  }
}
