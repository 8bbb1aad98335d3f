/** The asking side of the control socket. */
import type { Self } from "../core/policy.ts";
import type { About, CleanupReport, CleanupRequest, Report } from "./report.ts";

/** A running monitor, as commands see it. */
export interface RunningMonitor {
  readonly about: About;
  report(caller: Self): Promise<Report>;
  cleanup(request: CleanupRequest, caller: Self): Promise<CleanupReport>;
  stop(): Promise<void>;
}

/** Nobody listens: no such file, or the monitor died and left its socket behind. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ENOENT" || error.code === "FailedToOpenSocket" || error.code === "ECONNREFUSED");

async function post(unix: string, path: string, body: object): Promise<Response> {
  const response = await fetch(`http://monitor${path}`, {
    unix,
    method: "POST",
    body: JSON.stringify(body),
    timeout: false,
  } as RequestInit);
  if (!response.ok) throw new Error(`The running monitor failed on ${path}: ${await response.text()}`);
  return response;
}

/** The monitor listening on `path`; null when none does. */
export async function findMonitor(path: string): Promise<RunningMonitor | null> {
  let about: About;
  try {
    const response = await fetch("http://monitor/about", { unix: path, signal: AbortSignal.timeout(3_000) });
    about = (await response.json()) as About;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
  return {
    about,
    report: async (caller) => (await (await post(path, "/report", { caller })).json()) as Report,
    cleanup: async (request, caller) =>
      (await (await post(path, "/cleanup", { caller, request })).json()) as CleanupReport,
    stop: async () => void (await post(path, "/stop", {})),
  };
}
