/** One stream that is followed for as long as somebody looks: it is begun anew after every end, from where it was. */
import { eventsOf } from "./events-of.ts";
import type { ServerEvent } from "./sse.ts";
import { RequestError, type Server } from "./request.ts";
import type { StreamState } from "../model/stream-state.ts";

interface Following {
  readonly server: Server;
  readonly path: string;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onConnection: (connection: StreamState) => void;
}

/** The server says something at least this often, if only that it is there. */
const SILENT_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A tab that nobody looks at lets go of its stream, so that the server has nothing to ask for. */
const HIDDEN_MS = 20_000;

/** Returns what ends it. */
export function followStream(following: Following): () => void {
  const ending = new AbortController();
  void untilEnded(following, ending.signal);
  return () => ending.abort();
}

async function untilEnded(
  { server, path, onEvent, onConnection }: Following,
  ending: AbortSignal,
): Promise<void> {
  let lastId: string | null = null;
  let failures = 0;
  while (!ending.aborted) {
    await untilVisible(ending);
    onConnection({ kind: "connecting" });
    try {
      for await (const event of events(server, path, lastId, ending, () => {
        failures = 0;
        onConnection({ kind: "live" });
      })) {
        lastId = event.id ?? lastId;
        onEvent(event);
      }
    } catch (error) {
      if (ending.aborted) return;
      if (error instanceof RequestError && (error.status === 401 || error.status === 403)) {
        onConnection({ kind: "denied", because: error.message });
        return;
      }
      if (document.hidden) continue;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
      const because = error instanceof RequestError ? error.message : "The stream has ended.";
      onConnection({ kind: "lost", because, nextMs: Date.now() + waitMs });
      await wait(waitMs, ending);
    }
  }
}

async function* events(
  server: Server,
  path: string,
  lastId: string | null,
  ending: AbortSignal,
  onOpen: () => void,
): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENT_MS);
  };
  const onHidden = whenHidden(() => silence.abort());
  try {
    heard();
    const response = await server.follow(path, lastId, AbortSignal.any([ending, silence.signal]));
    onOpen();
    yield* eventsOf(response, heard);
    throw new Error("The stream has ended.");
  } finally {
    clearTimeout(timer);
    onHidden();
  }
}

function whenHidden(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(act, HIDDEN_MS);
  };
  document.addEventListener("visibilitychange", changed);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", changed);
  };
}

async function untilVisible(ending: AbortSignal): Promise<void> {
  while (document.hidden && !ending.aborted)
    await firstOf([
      [document, "visibilitychange"],
      [ending, "abort"],
    ]);
}

/** Ends early when the network is back, or somebody looks again. */
const wait = (ms: number, ending: AbortSignal): Promise<void> =>
  firstOf(
    [
      [window, "online"],
      [document, "visibilitychange"],
      [ending, "abort"],
    ],
    ms,
  );

/** Resolves with the first of these events, or after that time, and leaves no listener behind. */
function firstOf(
  all: readonly (readonly [target: EventTarget, type: string])[],
  withinMs?: number,
): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const timer = withinMs === undefined ? undefined : setTimeout(done, withinMs);
    function done(): void {
      clearTimeout(timer);
      over.abort();
      resolve();
    }
    for (const [target, type] of all) target.addEventListener(type, done, { signal: over.signal });
  });
}
