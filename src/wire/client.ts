/** The asking side of a service's socket. */
import { QUIET_MS, type Batch, type Cursor } from "./feed.ts";
import type { MONITOR } from "./monitor.ts";
import { HAS_ENDED } from "./server.ts";
import type { About, Asked, Protocol, Questions, Routes } from "./routes.ts";

export type RunningService<P> =
  P extends Protocol<infer R, infer A>
    ? Questions<R> & { readonly about: A; readonly stop: () => Promise<void> }
    : never;

export type RunningMonitor = RunningService<typeof MONITOR>;

/** The other end is there, and something is wrong with it. The message says what to do. */
export class ServiceError extends Error {
  /** The code of the failure as JSON; a monitor was the first service. */
  readonly code = "MONITOR";
}

/** It holds its socket open and says nothing: stopped (SIGSTOP, a paused container), or its loop does not turn. */
export class SilentServiceError extends ServiceError {
  readonly socket: string;

  constructor(socket: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.socket = socket;
  }
}

/** It was there a moment ago. */
class EndedError extends ServiceError {}

/** A live service answers this at once; one that is stopped (SIGSTOP) never does. */
const ABOUT_WITHIN_MS = 3_000;
/** The reader of a stream hears something at least that often. */
const NEWS_WITHIN_MS = 2 * QUIET_MS;

/** Nobody listens: no such file, a service that died and left its socket behind, or one that ended while we asked. */
const ABSENT: ReadonlySet<unknown> = new Set(["ENOENT", "FailedToOpenSocket", "ECONNREFUSED", "ECONNRESET"]);
const isAbsent = (error: unknown): boolean =>
  error instanceof EndedError || (error instanceof Error && "code" in error && ABSENT.has(error.code));

/** Both ends are this program, and `about` says whether they agree on the shapes. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const answer = async <T>(response: Response): Promise<T> => (await response.json()) as T;

const TOO_LARGE = 413;

/** A service that is there, or may be: where it listens, and what it is. */
interface Place {
  readonly unix: string;
  readonly title: string;
}

async function post(
  { unix, title }: Place,
  path: string,
  body: object,
  signal: AbortSignal | null = null,
): Promise<Response> {
  // no time limit: a clean-up may wait for a whole grace, or look for minutes
  const request = { unix, method: "POST", body: JSON.stringify(body), timeout: false, signal };
  const response = await fetch(`http://service${path}`, request).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    const what = `The running ${title} has ended, or was ended, before it answered ${path}. What it has done by then is not known: look again.`;
    throw new EndedError(what, { cause: error });
  });
  if (response.status === HAS_ENDED) throw new EndedError(`The running ${title} has ended meanwhile.`);
  if (response.status === TOO_LARGE)
    throw new ServiceError(`The running ${title} refuses ${path}: more was asked at once than it reads.`);
  if (!response.ok)
    throw new ServiceError(`The running ${title} failed on ${path}: ${await response.text()}`);
  return response;
}

/** Every batch that has something in it, until the service ends or the reader says so. */
async function* batches(
  place: Place,
  name: string,
  signal: AbortSignal,
  parameters: readonly unknown[],
): AsyncGenerator<Batch<unknown, unknown>, void> {
  let cursor: Cursor | null = null;
  while (!signal.aborted) {
    let batch: Batch<unknown, unknown>;
    try {
      const body: Asked = { parameters, cursor };
      const within = AbortSignal.any([signal, AbortSignal.timeout(NEWS_WITHIN_MS)]);
      batch = await answer(await post(place, `/${name}`, body, within));
    } catch (error) {
      if (signal.aborted || isAbsent(error)) return;
      throw isTimeout(error) ? silent(place, error) : error;
    }
    ({ cursor } = batch);
    if (batch.snapshot !== null || batch.changes.length > 0) yield batch;
  }
}

const isTimeout = (error: unknown): error is Error => error instanceof Error && error.name === "TimeoutError";

const silent = (place: Place, cause: unknown): SilentServiceError =>
  new SilentServiceError(place.unix, unanswered(place), { cause });

const unanswered = ({ unix, title }: Place): string =>
  `The ${title} behind ${unix} does not answer. Is it stopped? See: ps -o pid,stat,args`;

/** The service listening on `unix`; null when none does. @throws when something else answers, or nothing in time. */
export async function connect<R extends Routes, A extends About>(
  unix: string,
  protocol: Protocol<R, A>,
): Promise<RunningService<Protocol<R, A>> | null> {
  const { title, version, restart, routes } = protocol;
  const place = { unix, title };
  let response: Response;
  try {
    response = await fetch("http://service/about", { unix, signal: AbortSignal.timeout(ABOUT_WITHIN_MS) });
  } catch (error) {
    if (isAbsent(error)) return null;
    throw isTimeout(error) ? silent(place, error) : new ServiceError(unanswered(place), { cause: error });
  }
  if (response.status === HAS_ENDED) return null;
  if (!response.ok)
    throw new ServiceError(`The ${title} behind ${unix} refuses to answer: ${await response.text()}`);
  const about = await answer<A>(response);
  const requireSameVersion = (): void => {
    if (about.protocol === version) return;
    throw new ServiceError(
      `The running ${title} (pid ${about.pid}) is version ${about.version}, which this one cannot talk to. Restart it: ${restart}`,
    );
  };
  const questions = Object.entries(routes).map(([name, { kind }]) => {
    const ask = async (...parameters: readonly unknown[]) => {
      requireSameVersion();
      return answer(await post(place, `/${name}`, { parameters } satisfies Asked));
    };
    const follow = (signal: AbortSignal, ...parameters: readonly unknown[]) => {
      requireSameVersion();
      return batches(place, name, signal, parameters);
    };
    return [name, kind === "ask" ? ask : follow] as const;
  });
  const running = {
    ...Object.fromEntries(questions),
    about,
    stop: async () => void (await post(place, "/stop", {})),
  };
  // the table says what each name stands for
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return running as unknown as RunningService<Protocol<R, A>>;
}
