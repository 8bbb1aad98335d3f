/**
 * `bun-watchdog-app-file.ts <file> <descriptor>`: evaluates an app file that is code, and writes what it
 * declares, as JSON, to the descriptor. It is a program of its own, so that what the file does, prints and
 * leaves behind stays in it.
 */
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";

/** No real file has so many entries; a value that has more is endless. */
const MOST_ENTRIES = 100_000;
const DEEPEST = 32;
const MOST_CHARACTERS = 2_000_000;

type Answer =
  | { readonly value: unknown; readonly dropped: readonly string[] }
  | { readonly error: { readonly message: string; readonly stack: string } };

const [file = "", descriptor = ""] = process.argv.slice(2);
// the file sees itself as the program
process.argv.splice(1, process.argv.length, file);

function answer(said: Answer): never {
  const bytes = Buffer.from(JSON.stringify(said));
  for (let done = 0; done < bytes.length;) done += writeSync(Number(descriptor), bytes, done);
  process.exit(0);
}

function fail(thrown: unknown): never {
  const error: unknown = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
  if (error instanceof BuildMessage || error instanceof ResolveMessage) {
    const { position, message } = error;
    // the place is written as a stack would say it
    const stack = position === null ? "" : `at ${position.file}:${position.line}:${position.column}`;
    return answer({ error: { message: message.split("\n", 1)[0] ?? "", stack } });
  }
  if (error instanceof Error)
    return answer({ error: { message: `${error.name}: ${error.message}`, stack: error.stack ?? "" } });
  // a syntax error of Bun's is not an Error in every release
  const message = typeof error === "string" ? error : inspect(error, { depth: 1, colors: false });
  return answer({ error: { message: message.slice(0, 2_000), stack: "" } });
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

let entries = 0;
let characters = 0;
/** The places of values that are no data, and what they were. */
const dropped = new Map<string, string>();
const MOST_DROPPED = 50;

function drop(path: string, what: string): undefined {
  // the same is told about one app only
  const place = path.replace(/\[\d+\]/gu, "[]");
  if (dropped.size < MOST_DROPPED && !dropped.has(place)) dropped.set(place, `${path} ${what}`);
  return undefined;
}

/**
 * Returns data only: a value that is no data is left out, and named. @throws an Error for a value that cannot
 * become data.
 */
function plain(value: unknown, path: string, above: readonly object[]): unknown {
  if (++entries > MOST_ENTRIES) throw new Error(`it exports more than ${MOST_ENTRIES} values`);
  switch (typeof value) {
    case "string":
      characters += value.length;
      if (characters > MOST_CHARACTERS) throw new Error(`it exports more than ${MOST_CHARACTERS} characters`);
      return value;
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return String(value);
    case "undefined":
      return undefined;
    case "function":
    case "symbol":
      return drop(path, `a ${typeof value}`);
    case "object":
      return value === null ? null : composed(value, path, above);
  }
}

function composed(value: object, path: string, above: readonly object[]): unknown {
  if (above.includes(value)) throw new Error(`${path} contains itself`);
  if (above.length > DEEPEST) throw new Error(`${path} is nested more than ${DEEPEST} levels deep`);
  if (value instanceof RegExp) return drop(path, "a regular expression");
  if (value instanceof Date) return value.toISOString();
  const inside = [...above, value];
  if (Array.isArray(value)) {
    if (value.length > MOST_ENTRIES) throw new Error(`${path} has ${value.length} entries`);
    return value.flatMap((each: unknown, index) => {
      const data = plain(each, `${path}[${index}]`, inside);
      return data === undefined && each !== undefined ? [] : [data ?? null];
    });
  }
  if (value instanceof Map) return composed(Object.fromEntries(value), path, inside);
  if (value instanceof Set) return composed([...value], path, inside);
  const found: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) {
    const data = plain(each, path === "" ? key : `${path}.${key}`, inside);
    if (data !== undefined) found[key] = data;
  }
  return found;
}

/** Calls functions, and waits for promises. */
async function settled(value: unknown): Promise<unknown> {
  let now = await value;
  for (let calls = 0; typeof now === "function" && calls < 3; calls++)
    now = await Reflect.apply(now, undefined, []);
  return now;
}

/**
 * Returns module.exports, a default export, or named ones. Beside a default, apps and deploy may be exports
 * of their own.
 */
async function exported(): Promise<unknown> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href);
  const names = "default" in module ? ["apps", "deploy"] : Object.keys(module);
  const named: Record<string, unknown> = {};
  for (const name of names) if (Object.hasOwn(module, name)) named[name] = await settled(module[name]);
  if (!("default" in module)) return named;
  const main = await settled(module["default"]);
  if (Array.isArray(main)) return { ...named, apps: main };
  return typeof main === "object" && main !== null ? { ...named, ...main } : main;
}

const A_DAY_MS = 86_400_000;

async function run(): Promise<never> {
  // what waits for something that never comes is ended by our starter, and said as that
  setInterval(() => {}, A_DAY_MS);
  try {
    const value = plain(await exported(), "", []);
    return answer({ value: value ?? null, dropped: [...dropped.values()] });
  } catch (error) {
    return fail(error);
  }
}

void run();
