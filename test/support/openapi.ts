/** Writes the OpenAPI document from the one table of routes: `bun test/support/openapi.ts`. A test keeps the file current. */
import { toJsonSchema } from "@valibot/to-json-schema";
import { getMetadata, type GenericSchema } from "valibot";
import pkg from "../../package.json" with { type: "json" };
import { BY_CHOICE, type Route } from "../../src/http/route.ts";
import { ROUTES } from "../../src/http/routes/index.ts";
import { ANSWERS } from "../../src/http/schema/answers.ts";
import { isParameter, PARAMETERS } from "../../src/http/schema/parameters.ts";
import { REQUESTS } from "../../src/http/schema/requests.ts";

export const OPENAPI_FILE = new URL("../../config/openapi.json", import.meta.url);

const schemaOf = (schema: GenericSchema, typeMode: "input" | "output") => {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    target: "draft-2020-12",
    errorMode: "ignore",
    typeMode,
  });
  return rest;
};

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const PROBLEM = {
  description: "It was not answered; the text says why, and what to do.",
  content: { "application/problem+json": { schema: reference("Problem") } },
};

export function openApi(): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) (paths[pathOf(route)] ??= {})[route.method.toLowerCase()] = operationOf(route);
  const answers = Object.entries(ANSWERS).map(([name, schema]) => [name, schemaOf(schema, "output")]);
  const whole = {
    openapi: "3.1.0",
    info: { title: "bun-watchdog", version: pkg.version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { ...Object.fromEntries(answers), Problem: problem },
    },
  };
  return `${JSON.stringify(whole, (key, value: unknown) => (key === "allowed" ? undefined : value), 2)}\n`;
}

const problem = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
  },
};

const pathOf = ({ path }: Route): string => path.replaceAll(/:(\w+)/g, "{$1}");

function operationOf(route: Route) {
  const { method, path, summary, secret, asks, answer } = route;
  const asked = asks === undefined ? null : schemaOf(REQUESTS[asks], "input");
  const parameters = [
    ...path.matchAll(/:(\w+)/g).map(([, name = ""]) => pathParameter(name)),
    ...(method === "GET" && asked !== null ? queryParameters(asked) : []),
  ];
  const { contentType = "application/json" }: { contentType?: unknown } = getMetadata(ANSWERS[answer]);
  return {
    operationId: operationId(route),
    summary: route.changes === undefined ? summary : `${summary} It ${route.changes}.`,
    ...(secret !== "nobody" && { security: [...(secret === BY_CHOICE ? [{}] : []), { token: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(method === "POST" &&
      asked !== null && { requestBody: { content: { "application/json": { schema: asked } } } }),
    responses: {
      200: {
        description: "It is as asked for.",
        content: { [String(contentType)]: { schema: reference(answer) } },
      },
      default: PROBLEM,
    },
  };
}

const operationId = ({ method, path }: Route): string =>
  [method.toLowerCase(), ...path.split("/").map((word) => word.replaceAll(/[^\w]/g, ""))]
    .filter(Boolean)
    .join("-");

function pathParameter(name: string) {
  if (!isParameter(name)) throw new Error(`:${name} is not described in schema/parameters.ts`);
  const { form, description } = PARAMETERS[name];
  return { name, in: "path", required: true, description, schema: { type: "string", pattern: form.source } };
}

const queryParameters = ({ properties = {}, required = [] }: ReturnType<typeof schemaOf>) =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));

if (import.meta.main) await Bun.write(OPENAPI_FILE, openApi());
