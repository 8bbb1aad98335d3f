/** A slot's file as text. What is not one of ours reads as null: nobody may stop all launches with a broken file. */
import { isRecord, parsedJson } from "../../text/json.ts";
import type { ProcessId } from "../process/process.ts";
import {
  launcherOf,
  NO_LIMITS,
  type ContainerPlace,
  type JobOwner,
  type SlotLimits,
  type SlotRecord,
} from "../process/slot.ts";

export const slotText = (record: SlotRecord): string => JSON.stringify(record);

export function parseSlotRecord(text: string): SlotRecord | null {
  const value = parsedJson(text);
  if (!isRecord(value) || value["schemaVersion"] !== 1) return null;
  const { jobId, name, key, command, pidNamespace, bootId, sinceMs, depth, counts } = value;
  // "wrapper" in a record of an older version
  const [owner, root, place] = [
    ownerIn(value["owner"] ?? value["wrapper"]),
    idOf(value["root"]),
    placeOf(value["place"]),
  ];
  if (typeof jobId !== "string" || launcherOf(jobId) === null || owner === null || place === null)
    return null;
  if (typeof command !== "string" || typeof pidNamespace !== "string" || typeof bootId !== "string")
    return null;
  if (typeof sinceMs !== "number" || typeof depth !== "number" || typeof counts !== "boolean") return null;
  return {
    schemaVersion: 1,
    jobId,
    name: typeof name === "string" ? name : null,
    ...(typeof key === "string" && { key }),
    command,
    owner,
    root,
    place,
    pidNamespace,
    bootId,
    sinceMs,
    depth,
    counts,
    project: typeof value["project"] === "string" ? value["project"] : null,
    limits: limitsOf(value["limits"]),
    keep: value["keep"] === true,
  };
}

function idOf(value: unknown): ProcessId | null {
  if (!isRecord(value)) return null;
  const { pid, startTicks, exe } = value;
  if (!isNumber(pid) || !isNumber(startTicks)) return null;
  return { pid, startTicks, exe: typeof exe === "string" ? exe : null };
}

function ownerIn(value: unknown): JobOwner | null {
  const id = idOf(value);
  const kind = isRecord(value) ? value["kind"] : null;
  return id && { ...id, kind: kind === "manager" || kind === "runner" ? kind : "gate" };
}

function limitsOf(value: unknown): SlotLimits {
  if (!isRecord(value)) return NO_LIMITS;
  const amount = (key: keyof SlotLimits): number | null => {
    const found = value[key];
    return typeof found === "number" && Number.isFinite(found) ? found : null;
  };
  return {
    memoryBytes: amount("memoryBytes"),
    cpuPercent: amount("cpuPercent"),
    deadlineMs: amount("deadlineMs"),
  };
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function placeOf(value: unknown): ContainerPlace | null {
  if (!isRecord(value)) return null;
  const { kind, directory, memoryDirectory, capDirectories } = value;
  if (kind === "marker") return { kind };
  if (typeof directory !== "string") return null;
  if (kind === "cgroup2") return { kind, directory };
  if (kind !== "hybrid") return null;
  return {
    kind,
    directory,
    memoryDirectory: typeof memoryDirectory === "string" ? memoryDirectory : null,
    capDirectories: Array.isArray(capDirectories)
      ? capDirectories.filter((path): path is string => typeof path === "string")
      : [],
  };
}
