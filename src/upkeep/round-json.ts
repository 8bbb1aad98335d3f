/** `maintenance due --json`: what the monitor reads back from the process it starts. */
import { parsedJson } from "../text/json.ts";
import { MAINTENANCE_TASKS, type MaintenanceTask } from "../core/plan/event.ts";
import type { Round } from "./run.ts";

export interface RoundJson extends Round {
  readonly schemaVersion: 1;
  /** Schedules that cannot be used. */
  readonly problems: readonly string[];
  /** Another process was at it, so nothing was done. */
  readonly busy: boolean;
}

/** null for anything else. Checks what is used of it: our own program wrote it, perhaps another version. */
export function parseRound(text: string): RoundJson | null {
  const value = parsedJson(text);
  return isRound(value) ? value : null;
}

const isRound = (value: unknown): value is RoundJson =>
  isObject(value) &&
  value["schemaVersion"] === 1 &&
  typeof value["busy"] === "boolean" &&
  (value["nextMs"] === null || typeof value["nextMs"] === "number") &&
  isListOf(value["ran"], (each) => hasTask(each) && typeof each["text"] === "string") &&
  isListOf(value["failed"], (each) => hasTask(each) && typeof each["why"] === "string") &&
  isListOf(value["problems"], (each) => typeof each === "string");

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isListOf = (value: unknown, is: (each: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is);

const hasTask = (value: unknown): value is Record<string, unknown> & { task: MaintenanceTask } =>
  isObject(value) && MAINTENANCE_TASKS.some((task) => task === value["task"]);
