/** Finds where the apps stand in a document: below "apps", in a list, or all of it is one app. */
import { nearest } from "../../text/nearest.ts";
import { printableValue } from "../schema/printable.ts";
import type { Path } from "../syntax/document.ts";
import { child, isRecord } from "../../text/json.ts";
import type { AppPlace, Findings } from "./findings.ts";
import { keyNamed } from "./keys/all.ts";
import { pm2Only } from "./keys/pm2-only.ts";

interface FoundApp {
  readonly value: unknown;
  readonly path: Path;
}

const ALLOWED = 'an object such as { "apps": [{ "name": "api", "command": "bun run src/server.ts" }] }';

/** An object with one of these keys is an app. */
const RUNS = new Set(["script", "command"]);

const isApp = (value: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(value).some((key) => RUNS.has(keyNamed(key) ?? ""));

/** "apps" may hold one app, too. If a file only deploys, the error says so. */
export function appsOf(
  value: unknown,
  place: AppPlace,
  findings: Findings,
  above: Path = [],
): readonly FoundApp[] {
  if (Array.isArray(value)) return listed(value, above);
  if (!isRecord(value)) {
    const message = `${printableValue(value)} is not an object`;
    findings.error(place, above, { code: "wrong-type", message, allowed: ALLOWED });
    return [];
  }
  const apps = child(value, "apps");
  const pm2 = child(value, "pm2");
  // PM2 looks below "pm2", too
  if (apps === undefined && isRecord(pm2) && above.length === 0) return appsOf(pm2, place, findings, ["pm2"]);
  if (apps === undefined || apps === null) {
    if (isApp(value)) return [{ value, path: above }];
    const onlyDeploys = child(value, "deploy") !== undefined;
    findings.error(place, onlyDeploys ? [...above, "deploy"] : above, {
      code: "missing-key",
      message: onlyDeploys
        ? "says where PM2 deploys to, and the file declares no app"
        : "declares no app: there is no key apps",
      allowed: onlyDeploys ? (pm2Only("deploy")?.instead ?? ALLOWED) : ALLOWED,
    });
    if (!onlyDeploys) otherKeys(value, place, findings, above);
    return [];
  }
  otherKeys(value, place, findings, above);
  if (Array.isArray(apps)) return listed(apps, [...above, "apps"]);
  return [{ value: apps, path: [...above, "apps"] }];
}

const listed = (list: readonly unknown[], path: Path): readonly FoundApp[] =>
  list.map((value, index) => ({ value, path: [...path, index] }));

const TOP = ["apps", "$schema"];

function otherKeys(
  value: Readonly<Record<string, unknown>>,
  place: AppPlace,
  findings: Findings,
  above: Path,
): void {
  for (const [key, given] of Object.entries(value)) {
    if (TOP.includes(key) || given === undefined || given === null) continue;
    const known = key === "deploy" || key === "static" ? pm2Only(key) : null;
    if (known !== null)
      findings.warn(place, [...above, key], {
        code: "passed-over",
        message: "is for PM2 itself, and is passed over",
        allowed: known.instead,
      });
    else {
      const message = `is not a key that is known beside apps${place.strict ? "" : ", and is passed over"}`;
      const allowed =
        keyNamed(key) === null ? TOP.join(", ") : `${TOP.join(", ")}; ${key} belongs into an app`;
      const details = { code: "unknown-key", message, nearest: nearest(key, TOP), allowed } as const;
      if (place.strict) findings.error(place, [...above, key], details);
      else findings.warn(place, [...above, key], details);
    }
  }
}
