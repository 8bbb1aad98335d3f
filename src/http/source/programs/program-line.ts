/** What a registered program says. Nothing of it is believed but its form, and nothing is kept that is not asked for here. */
import type { GCStats } from "../../../core/program/metrics.ts";
import { isObject, parsedJson } from "../../../text/json.ts";
import { maskText, printable } from "../../../text/mask.ts";
import { MOST_NAME_CHARACTERS, type ProgramLine, type ProgramReading } from "../../../wire/programs.ts";

/** null: it is no line of ours. */
export function parseProgramLine(text: string): ProgramLine | null {
  const line = parsedJson(text);
  if (!isObject(line)) return null;
  const { type, version, name, mayCollect, ask, because } = line;
  switch (type) {
    case "hello":
      return typeof version === "number" && typeof name === "string" && typeof mayCollect === "boolean"
        ? { type, version, name: told(name), mayCollect }
        : null;
    case "reading": {
      const reading = readingOf(line["reading"]);
      return reading && { type, reading };
    }
    case "collected": {
      const gcStats = gcStatsOf(line["gcStats"]);
      return gcStats !== null && typeof ask === "number" ? { type, ask, gcStats } : null;
    }
    case "refused":
      return typeof ask === "number" && typeof because === "string"
        ? { type, ask, because: told(because) }
        : null;
    default:
      return null;
  }
}

const told = (text: string): string => printable(maskText(text), MOST_NAME_CHARACTERS);

function readingOf(value: unknown): ProgramReading | null {
  if (!isObject(value)) return null;
  const { timestamp } = value;
  const atMs = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  const numbers = numbersOf(value, "pid", "uptime");
  const memory = numbersOf(value["memory"], "heapUsed", "heapTotal", "external", "rss");
  const cpu = numbersOf(value["cpu"], "userMs", "systemMs");
  const eventLoop = numbersOf(value["eventLoop"], "meanMs", "maxMs");
  const gcStats = gcStatsOf(value["gcStats"]);
  if (numbers === null || memory === null || cpu === null || eventLoop === null) return null;
  if (gcStats === null || Number.isNaN(atMs)) return null;
  return { ...numbers, timestamp: new Date(atMs).toISOString(), memory, cpu, gcStats, eventLoop };
}

function gcStatsOf(value: unknown): GCStats | null {
  const numbers = numbersOf(value, "collections", "duration", "memoryFreed");
  if (numbers === null || !isObject(value) || typeof value["forced"] !== "boolean") return null;
  const { forced } = value;
  // before its first collection
  if (value["beforeGC"] === null && value["afterGC"] === null)
    return { ...numbers, beforeGC: null, afterGC: null, forced };
  const sizes = numbersOf(value, "beforeGC", "afterGC");
  return sizes && { ...numbers, ...sizes, forced };
}

function numbersOf<Name extends string>(
  value: unknown,
  ...names: readonly Name[]
): Record<Name, number> | null {
  if (!isObject(value)) return null;
  const numbers = names.map((name) => [name, value[name]] as const);
  // 1e999 is JSON, and no number that JSON has
  if (!numbers.every(([, number]) => Number.isFinite(number))) return null;
  // every name has its number
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(numbers) as Record<Name, number>;
}
