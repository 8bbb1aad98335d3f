/** What went wrong, as `application/problem+json` (RFC 9457). */

const TITLES = {
  400: "Bad request",
  401: "No token",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  408: "Too slow",
  409: "Not as it was shown",
  413: "Too large",
  415: "Not JSON",
  421: "Another host",
  422: "Not as described",
  429: "Too many",
  500: "A bug",
  502: "The other side failed",
  503: "Not available",
} as const;

type ProblemStatus = keyof typeof TITLES;

/** A handler throws it where it has no answer. `detail` is a sentence: what failed, the value, the next move. */
export class HttpProblem extends Error {
  constructor(
    readonly status: ProblemStatus,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export const problemResponse = ({ status, message, headers }: HttpProblem): Response =>
  Response.json(
    { type: "about:blank", title: TITLES[status], status, detail: message },
    { status, headers: { ...headers, "content-type": "application/problem+json" } },
  );
