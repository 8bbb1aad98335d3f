/** A text to its value, with or without the places of its parts. Nothing is loaded before it is needed. */
import type { Document } from "./document.ts";

export type ConfigFormat = "json" | "yaml";

/** A text with the places of its parts. The parser is loaded for it. */
export async function readDocument(text: string, format: ConfigFormat): Promise<Document> {
  switch (format) {
    case "json":
      return (await import("./json-text.ts")).readJson(text);
    case "yaml":
      return (await import("./yaml-text.ts")).readYaml(text);
  }
}

/**
 * Plain correct JSON, the common case, without the parser that knows positions (3.6 ms to load). Null = not that:
 * comments, mistakes, duplicate keys and bombs of brackets are for the slow path.
 */
export function plainJson(text: string): { readonly value: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return countKeys(value) === countKeyTokens(text) ? { value } : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

const countKeys = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, each) => sum + countKeys(each), own);
};

/** In correct JSON a text followed by a colon is a key. A duplicate makes more tokens than keys. */
const countKeyTokens = (text: string): number => {
  let count = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/gu)) if (colon !== undefined) count++;
  return count;
};
