/**
 * `bunctl init --from-ecosystem <file>` writes the apps of a PM2 file as a bunctl.json that starts the same.
 */
import { join } from "node:path";
import { isRecord } from "../../text/json.ts";
import { configProblem, ConfigError, type Problem } from "../schema/problem.ts";
import { BUNCTL_FILE } from "./find.ts";
import { Findings } from "./findings.ts";
import { type InitPlan, jsonText, shadowNotes } from "./init.ts";
import { keyNamed } from "./keys/all.ts";
import { declareApp } from "./declare.ts";
import { appFileFor } from "./find.ts";
import type { LoadAppsOptions } from "./load.ts";
import { readAppFile } from "./read.ts";
import { appsOf } from "./shape.ts";

interface ImportPlan extends InitPlan {
  /** Names the keys that are left out, with what to do instead. */
  readonly warnings: readonly Problem[];
  readonly printed: string;
}

/** @throws ConfigError: the file cannot be read, or something in it is wrong */
export async function planImport(options: LoadAppsOptions & { readonly file: string }): Promise<ImportPlan> {
  const file = appFileFor(options);
  if (file === null)
    throw new ConfigError([configProblem("not-found", options.file, { message: "does not exist" })]);
  const { value, places, printed, warnings } = await readAppFile(file, options);
  const findings = new Findings();
  const place = { source: file.path, prefix: file.below, locate: (await places?.()) ?? null, strict: false };
  const apps = appsOf(value, place, findings).map((found) => {
    declareApp(found.value, found.path, place, findings);
    return isRecord(found.value) ? imported(found.value) : {};
  });
  if (findings.errors.length > 0) throw new ConfigError(findings.errors);
  const computed =
    file.format === "code"
      ? ["what the file computes stands in the new one as it is now, variables with secrets, too: look at it"]
      : [];
  return {
    path: join(file.directory, BUNCTL_FILE),
    text: jsonText({ apps }, file.directory),
    notes: [...computed, ...shadowNotes(file.directory, BUNCTL_FILE)],
    warnings: [...warnings, ...findings.warnings],
    printed,
  };
}

/**
 * Writes each key by its own name. If the file has two spellings, the key's own holds, else the first one.
 */
function imported(app: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const own = new Set<string>();
  for (const [key, value] of Object.entries(app)) {
    if (value === null || value === undefined) continue;
    const name = keyNamed(key);
    if (name === null) {
      if (/^env_\S+$/u.test(key)) found[key] = value;
      continue;
    }
    if (own.has(name) || (name in found && key !== name)) continue;
    if (key === name) own.add(name);
    found[name] = value;
  }
  const { autorestart, restart_policy: policy, ...rest } = found;
  if (policy !== undefined) return { ...rest, restart_policy: policy };
  return typeof autorestart === "boolean" ? { ...rest, restart_policy: autorestart ? "always" : "no" } : rest;
}
