/** Puts the layers over each other, weakest first, and remembers where each value came from. */
import { DEFAULTS } from "./schema/defaults.ts";
import type { Layer, Settings } from "./schema/settings.ts";

export interface Origin {
  readonly kind: "default" | "no-file" | "user-file" | "project-file" | "environment" | "flag";
  /** The file's path, the variable or the flag; "" for defaults. */
  readonly where: string;
}

export interface SourcedLayer {
  readonly layer: Layer;
  readonly origin: Origin;
}

/**
 * Single values: the strongest layer that states one. Objects (`logging` …): key by key. `rules` and `protect`: all of
 * them, the account's before the project's (the first rule that matches decides): a project takes nothing of the user's away.
 * `sources` are by key; keys inside objects (logging …) by their whole path, entries of lists by index (`rules[0]`).
 */
export function overlay(layers: readonly SourcedLayer[], hasFile: boolean) {
  const sources = new Map<string, Origin>();
  for (const [key, value] of Object.entries(DEFAULTS))
    mark(sources, key, value, { kind: "default", where: "" }, 0);
  if (!hasFile) sources.set("mode", { kind: "no-file", where: "" });
  let settings: Settings = hasFile ? DEFAULTS : { ...DEFAULTS, mode: "observe" };
  for (const { layer, origin } of layers) {
    for (const [key, value] of Object.entries(layer)) {
      mark(sources, key, value, origin, key === "rules" || key === "protect" ? settings[key].length : 0);
    }
    settings = over(settings, layer);
  }
  sources.delete("$schema");
  return { settings, sources };
}

function over(under: Settings, layer: Layer): Settings {
  const values = { ...layer };
  delete values.$schema;
  return {
    ...under,
    ...values,
    rules: [...under.rules, ...(layer.rules ?? [])],
    protect: [...under.protect, ...(layer.protect ?? [])],
    logging: { ...under.logging, ...layer.logging },
    breaker: { ...under.breaker, ...layer.breaker },
    history: { ...under.history, ...layer.history },
    maintenance: { ...under.maintenance, ...layer.maintenance },
    alerts: { ...under.alerts, ...layer.alerts },
    gate: { ...under.gate, ...layer.gate },
    dashboard: { ...under.dashboard, ...layer.dashboard },
  };
}

function mark(
  sources: Map<string, Origin>,
  key: string,
  value: unknown,
  origin: Origin,
  before: number,
): void {
  if (Array.isArray(value)) {
    for (const index of value.keys()) sources.set(`${key}[${before + index}]`, origin);
    sources.set(key, origin);
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.keys(value)) sources.set(`${key}.${inner}`, origin);
  } else sources.set(key, origin);
}
