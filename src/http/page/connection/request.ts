/** Questions to the server, each with the token. What went wrong is a sentence that a person can read. */

export class RequestError extends Error {
  readonly status: number;

  /** `status` 0: nobody has answered. */
  constructor(status: number, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = status;
  }
}

export interface Server {
  readonly token: string | null;
  readonly get: <Answer>(path: string, signal?: AbortSignal) => Promise<Answer>;
  readonly post: <Answer>(path: string, body?: object) => Promise<Answer>;
  /** An answer that comes in events. */
  readonly run: (path: string, body: object, signal: AbortSignal) => Promise<Response>;
  readonly follow: (path: string, lastId: string | null, signal: AbortSignal) => Promise<Response>;
}

export function serverOf(token: string | null): Server {
  const headers = { ...(token !== null && { Authorization: `Bearer ${token}` }) };
  const posting = (body: object): RequestInit => ({
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return {
    token,
    get: async (path, signal) =>
      answer(await send(path, { headers, ...(signal !== undefined && { signal }) })),
    post: async (path, body = {}) => answer(await send(path, posting(body))),
    run: (path, body, signal) => send(path, { ...posting(body), signal }),
    follow: (path, lastId, signal) =>
      send(path, {
        headers: {
          ...headers,
          Accept: "text/event-stream",
          ...(lastId !== null && { "Last-Event-ID": lastId }),
        },
        signal,
      }),
  };
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, cache: "no-store", credentials: "omit", redirect: "error" });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new RequestError(
      0,
      "The server of this page does not answer. If it has ended, start it again by “bun-watchdog dashboard”.",
    );
  }
  if (!response.ok) throw new RequestError(response.status, await problemOf(response));
  return response;
}

// what the server says is its documents, which wire/ has the types of
const answer = async <Answer>(response: Response): Promise<Answer> => response.json();

/** RFC 9457: the detail says most. */
async function problemOf(response: Response): Promise<string> {
  const fallback = `The server of this page answered ${response.status} ${response.statusText}.`;
  if (!(response.headers.get("Content-Type") ?? "").includes("json")) return fallback;
  const { detail, title }: { readonly detail?: unknown; readonly title?: unknown } = await response.json();
  return typeof detail === "string" ? detail : typeof title === "string" ? title : fallback;
}
