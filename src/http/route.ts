/** A route is data: the router, the refusals and the OpenAPI document are made of one table of them (routes/index.ts). */
import type { InferOutput } from "valibot";
import type { AnswerName } from "./schema/answers.ts";
import type { ParameterName } from "./schema/parameters.ts";
import type { REQUESTS } from "./schema/requests.ts";
import type { Dashboard } from "./dashboard.ts";

export type RequestName = keyof typeof REQUESTS;

/** A request that was let in, its parts read and checked. */
export interface Call<Asked> {
  readonly dashboard: Dashboard;
  readonly parameters: Readonly<Partial<Record<ParameterName, string>>>;
  /** Body of a POST, query of a GET. */
  readonly asked: Asked;
  readonly request: Request;
  /** An answer that goes on for ever: no time limit for this request. */
  readonly goesOn: () => void;
}

/** Resolves to what is sent as JSON, to frames of an event stream, or to the answer itself. Throws HttpProblem. */
export type Handler<Asked> = (call: Call<Asked>) => unknown;

/** A route that the configuration opens to everybody, or does not. */
export const BY_CHOICE = "by-choice";

export interface Route {
  readonly method: "GET" | "POST";
  /** `/api/processes/:id`; the words after a colon are in schema/parameters.ts. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** `nobody`: it is answered to everybody who reaches the server, and holds no command line. */
  readonly secret?: "nobody" | typeof BY_CHOICE;
  /** As a clause: "stops processes". Missing: it only reads. */
  readonly changes?: string;
  readonly asks?: RequestName;
  /** Of its answer, in schema/answers.ts. */
  readonly answer: AnswerName;
  readonly handle: Handler<unknown>;
}

type Declared<Name extends RequestName> = Omit<Route, "handle" | "asks"> & {
  readonly asks?: Name;
  readonly handle: Handler<InferOutput<(typeof REQUESTS)[Name]>>;
};

/** The handler gets what the schema of that name makes of the body or the query. */
export const route = <Name extends RequestName = "Nothing">(declared: Declared<Name>): Route =>
  // the router hands it what the schema of that name has made
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  declared as Declared<Name> & Route;
