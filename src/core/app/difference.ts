/**
 * The changes that would follow if apps were as they are declared now. They are computed and shown before
 * they are made.
 */
import { MASK, maskText } from "../../text/mask.ts";
import type { AppSpec } from "./app-spec.ts";

export interface SpecChange {
  readonly action: "add" | "change" | "remove" | "keep";
  readonly before: AppSpec | null;
  readonly after: AppSpec | null;
  /** `env.PORT: "3000" → "3001"`. */
  readonly differences: readonly string[];
}

/** A change of the file's place, or of the shell's variables, is no change of the app. */
const ASIDE: ReadonlySet<string> = new Set([
  "directory",
  "name",
  "source",
  "reading",
  "scaledFrom",
  "shellEnv",
]);

/** All of one directory. */
export function specChanges(
  before: readonly AppSpec[],
  after: readonly AppSpec[],
  prune: boolean,
): readonly SpecChange[] {
  const old = new Map(before.map((spec) => [spec.name, spec]));
  const declared = new Set(after.map(({ name }) => name));
  const changes = after.map((spec): SpecChange => {
    const was = old.get(spec.name) ?? null;
    if (was === null) return { action: "add", before: null, after: spec, differences: [] };
    const differences = specDifferences(was, spec);
    return { action: differences.length > 0 ? "change" : "keep", before: was, after: spec, differences };
  });
  const missing = before.filter(({ name }) => !declared.has(name));
  const removed = missing.map((spec): SpecChange => ({
    action: prune ? "remove" : "keep",
    before: spec,
    after: null,
    differences: prune ? [] : ["it is not declared any more; --prune would remove it"],
  }));
  return [...changes, ...removed];
}

export const specDifferences = (before: AppSpec, after: AppSpec): readonly string[] => {
  const [was, is] = [leaves(before), leaves(after)];
  const paths = [...new Set([...was.keys(), ...is.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [old, next] = [was.get(path), is.get(path)];
    return old === next ? [] : [`${path}: ${shown(path, old)} → ${shown(path, next)}`];
  });
};

/** Only these change: no process has to start anew. */
export const isOnly = (differences: readonly string[], ...beginnings: readonly string[]): boolean =>
  differences.every((one) => beginnings.some((beginning) => one.startsWith(beginning)));

/** Each value by its path, as JSON. Lists are values: their order counts. */
function leaves(spec: AppSpec): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      all.set(path, JSON.stringify(value));
      return;
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
  };
  for (const [key, value] of Object.entries(spec)) if (!ASIDE.has(key)) walk(value, key);
  return all;
}

const shown = (path: string, json: string | undefined): string => {
  if (json === undefined) return "(none)";
  const isSecret = maskText(`${path}: "x"`).endsWith(MASK);
  return isSecret ? MASK : maskText(json);
};
