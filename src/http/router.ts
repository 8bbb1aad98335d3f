/** From a request to its route, or to the problem with it. No network, no clock: a test gives it a Request. */
import { isObject } from "../text/json.ts";
import { isShortage, messageOf } from "../text/system-error.ts";
import { ServiceError } from "../wire/client.ts";
import type { Dashboard } from "./dashboard.ts";
import { secured } from "./access/headers.ts";
import { whyForeign } from "./access/host.ts";
import { eventStream, isFrameSource, noEventStream } from "./event-stream.ts";
import { HttpProblem, problemResponse } from "./problem.ts";
import { BY_CHOICE, type Call, type RequestName, type Route } from "./route.ts";
import { isParameter, PARAMETERS, type ParameterName } from "./schema/parameters.ts";

export interface RouterOptions {
  readonly dashboard: Dashboard;
  readonly routes: readonly Route[];
  /** Whether an `Authorization` header has the token. */
  readonly isBearer: (authorization: string | null) => boolean;
  /** Reading needs no token; `metrics`: reading those. */
  readonly isOpen: boolean | "metrics";
  /** A file of the page; null where there is none of that name. */
  readonly page: (path: string, acceptEncoding: string | null) => Response | null;
  /** A route failed in a way that it does not explain. */
  readonly onBug: (error: unknown) => void;
}

export type Router = (request: Request, goesOn: () => void) => Promise<Response>;

export function createRouter(options: RouterOptions): Router {
  const table = options.routes.map((route) => ({ route, segments: route.path.split("/") }));
  const find = (path: string): readonly Found[] => {
    const segments = path.split("/");
    return table.flatMap(({ route, segments: own }) => {
      const parameters = matched(own, segments);
      return parameters === null ? [] : [{ route, parameters }];
    });
  };
  const answer = async (request: Request, goesOn: () => void): Promise<Response> => {
    const foreign = whyForeign(request.headers);
    if (foreign !== null) throw new HttpProblem(...foreign);
    const url = URL.parse(request.url);
    // CONNECT names a machine, and no path
    if (url === null || url.protocol !== "http:") throw new HttpProblem(400, "The request names no path.");
    const { pathname, searchParams } = url;
    const found = find(pathname);
    if (found.length === 0) return pageOf(request, pathname, options);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const chosen = found.find(({ route }) => route.method === method);
    if (chosen === undefined)
      return refuseMethod(
        request,
        found.map(({ route }) => route.method),
      );
    const { route, parameters } = chosen;
    requireToken(request, route, options);
    const asked = await askedOf(request, route, searchParams);
    const { dashboard } = options;
    const call: Call<unknown> = { dashboard, parameters: checked(parameters), asked, request, goesOn };
    const result = await route.handle(call);
    if (!isFrameSource(result)) return result instanceof Response ? result : Response.json(result);
    if (request.method === "HEAD") return noEventStream();
    goesOn();
    return eventStream(result, (error) => problemOf(error, request).message);
  };
  const problemOf = (error: unknown, { signal }: Request): HttpProblem => {
    const problem = problemIn(error);
    // what fails because the other side has hung up is no bug, and nobody reads the answer
    if (problem === null && !signal.aborted) options.onBug(error);
    return problem ?? BUG;
  };
  return async (request, goesOn) => {
    try {
      return secured(await answer(request, goesOn));
    } catch (error) {
      return secured(problemResponse(problemOf(error, request)));
    }
  };
}

const BUG = new HttpProblem(500, "This is a bug in bun-watchdog; its log says more.");

/** null: nobody has foreseen it. */
function problemIn(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  // the monitor or the manager fails, or is of another version: its message names the next move
  if (error instanceof ServiceError) return new HttpProblem(502, error.message);
  return isShortage(error)
    ? new HttpProblem(503, `This machine has nothing left for it: ${messageOf(error)}. Try again later.`)
    : null;
}

interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The words that stand for parameters; null: it is another path. */
function matched(
  own: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | null {
  if (own.length !== segments.length) return null;
  const parameters: Record<string, string> = {};
  for (const [at, word] of own.entries()) {
    const segment = segments[at] ?? "";
    if (word.startsWith(":")) parameters[word.slice(1)] = segment;
    else if (word !== segment) return null;
  }
  return parameters;
}

function checked(raw: Readonly<Record<string, string>>): Partial<Record<ParameterName, string>> {
  const parameters: Partial<Record<ParameterName, string>> = {};
  for (const [name, segment] of Object.entries(raw)) {
    const value = decoded(segment);
    if (!isParameter(name) || value === null || !PARAMETERS[name].form.test(value))
      throw new HttpProblem(
        400,
        `The path has a word that cannot be "${name}". The document /api/openapi.json says what it may be.`,
      );
    parameters[name] = value;
  }
  return parameters;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    // half an escape sequence
    if (error instanceof URIError) return null;
    throw error;
  }
}

function refuseMethod({ method }: Request, known: readonly string[]): Response {
  const allow = [...known.flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each])), "OPTIONS"].join(
    ", ",
  );
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  throw new HttpProblem(405, `${method} is not answered here. This path takes ${allow}.`, { allow });
}

function pageOf(request: Request, path: string, { page }: RouterOptions): Response {
  const file = page(path, request.headers.get("accept-encoding"));
  if (file === null)
    throw new HttpProblem(404, "Nothing is here. The document /api/openapi.json lists what there is.");
  return request.method === "GET" || request.method === "HEAD" ? file : refuseMethod(request, ["GET"]);
}

function requireToken({ headers }: Request, route: Route, { isBearer, isOpen }: RouterOptions): void {
  const isRead = route.changes === undefined;
  const isFree =
    isOpen === true || route.secret === "nobody" || (route.secret === BY_CHOICE && isOpen !== false);
  if (isRead && isFree) return;
  const authorization = headers.get("authorization");
  if (isBearer(authorization)) return;
  const detail =
    authorization === null
      ? "This needs the token: open the address that `bun-watchdog dashboard` prints, or send Authorization: Bearer …"
      : "This is not the token of this server, which has made a new one when it started: open the address that `bun-watchdog dashboard` prints.";
  throw new HttpProblem(401, detail, { "www-authenticate": "Bearer" });
}

/** A body is read when it is known that it may be sent, and not before. */
async function askedOf(request: Request, route: Route, query: URLSearchParams): Promise<unknown> {
  const { asks = "Nothing" } = route;
  const raw = route.method === "GET" ? Object.fromEntries(query) : await bodyOf(request);
  if (asks === "Nothing" && isObject(raw) && Object.keys(raw).length === 0) return raw;
  return validated(asks, raw);
}

/** A bit less than a connection may be silent (serve.ts): whoever sends a byte each second hears why it ends. */
const WHOLE_WITHIN_MS = 8_000;

async function wholeOf(request: Request): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new HttpProblem(408, "The body did not come in time.", { connection: "close" }));
  }, WHOLE_WITHIN_MS);
  try {
    return await Promise.race([request.text(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  const text = await wholeOf(request);
  if (text === "") return {};
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json")
    throw new HttpProblem(415, "A body has to be JSON. Send it with Content-Type: application/json");
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpProblem(400, "The body is not JSON.");
    throw error;
  }
}

async function validated(name: RequestName, raw: unknown): Promise<unknown> {
  const [{ REQUESTS }, { safeParse, getDotPath }] = await Promise.all([
    import("./schema/requests.ts"),
    import("valibot"),
  ]);
  if (!isObject(raw)) throw new HttpProblem(422, "The body has to be one JSON object.");
  const result = safeParse(REQUESTS[name], raw);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = getDotPath(issue);
  throw new HttpProblem(
    422,
    `${where === null ? "What was asked" : `"${where}"`} is not as described: ${issue.message}`,
  );
}
