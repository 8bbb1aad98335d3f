/** An object or a list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** No list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && !Array.isArray(value);

/** What a JSON text says; null for what is no JSON: cut off, empty, somebody else's. Who uses it checks the shape. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** An own property or list entry; undefined where there is none. */
export const child = (value: unknown, key: string | number): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;

export const descend = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce(child, value);
