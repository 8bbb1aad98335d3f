/** The asking side of the control socket. */
import { PROTOCOL, type MonitorAbout, type Answering, type Questions } from "./report.ts";

/** A running monitor, as commands see it. */
export interface RunningMonitor extends Answering {
  readonly about: MonitorAbout;
  stop(): Promise<void>;
}

/** The other end is there, and something is wrong with it. The message says what to do. */
export class MonitorError extends Error {
  readonly code = "MONITOR";
}

/** It holds its socket open and says nothing: stopped (SIGSTOP, a paused container), or its loop does not turn. */
export class SilentMonitorError extends MonitorError {
  readonly socket: string;

  constructor(socket: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.socket = socket;
  }
}

/** A live monitor answers this at once; one that is stopped (SIGSTOP) never does. */
const ABOUT_WITHIN_MS = 3_000;

/** Nobody listens: no such file, a monitor that died and left its socket behind, or one that ended while we asked. */
const ABSENT: ReadonlySet<unknown> = new Set(["ENOENT", "FailedToOpenSocket", "ECONNREFUSED", "ECONNRESET"]);
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && ABSENT.has(error.code);

/** Both ends are this program, and `about` says whether they agree on the shapes. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const answer = async <T>(response: Response): Promise<T> => (await response.json()) as T;

const TOO_LARGE = 413;

async function ask(unix: string, path: string, body: object): Promise<Response> {
  // no time limit: a clean-up may wait for a whole grace, or look for minutes
  const request = { unix, method: "POST", body: JSON.stringify(body), timeout: false };
  const response = await fetch(`http://monitor${path}`, request);
  if (response.status === TOO_LARGE)
    throw new MonitorError(`The running monitor refuses ${path}: more was asked at once than it reads.`);
  if (!response.ok) throw new MonitorError(`The running monitor failed on ${path}: ${await response.text()}`);
  return response;
}

/** The monitor listening on `path`; null when none does. @throws when something else answers, or nothing in time. */
export async function findMonitor(path: string): Promise<RunningMonitor | null> {
  let response: Response;
  try {
    response = await fetch("http://monitor/about", {
      unix: path,
      signal: AbortSignal.timeout(ABOUT_WITHIN_MS),
    });
  } catch (error) {
    if (isAbsent(error)) return null;
    const message = `The monitor behind ${path} does not answer. Is it stopped? See: ps -o pid,stat,args`;
    const isSilent = error instanceof Error && error.name === "TimeoutError";
    throw isSilent
      ? new SilentMonitorError(path, message, { cause: error })
      : new MonitorError(message, { cause: error });
  }
  if (!response.ok)
    throw new MonitorError(`The monitor behind ${path} refuses to answer: ${await response.text()}`);
  const about = await answer<MonitorAbout>(response);
  const asks =
    <Question extends keyof Questions>(question: Question) =>
    async (request: Questions[Question][0], caller: Questions[Question][2]) => {
      if (about.protocol === PROTOCOL)
        return answer<Questions[Question][1]>(await ask(path, `/${question}`, { caller, request }));
      throw new MonitorError(
        `The running monitor (pid ${about.pid}) is version ${about.version}, which this one cannot talk to. Restart it: bun-watchdog monitor --restart`,
      );
    };
  return {
    about,
    report: asks("report"),
    cleanup: asks("cleanup"),
    stopByHand: asks("stopByHand"),
    keep: asks("keep"),
    accompany: asks("accompany"),
    depart: asks("depart"),
    stop: async () => void (await ask(path, "/stop", {})),
  };
}
