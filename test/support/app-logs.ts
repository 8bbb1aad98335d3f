/** Apps that write numbered lines, and what of them is in their log files. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { putAsideFiles } from "../../src/app-log/log/rotation.ts";
import type { LogPolicy } from "../../src/core/app/app-spec.ts";
import type { LoggedInstance } from "../../src/ports/app-logs.ts";
import { startChild, type Child } from "./sampling.ts";

export const logPolicy = (directory: string, name: string, changes: Partial<LogPolicy> = {}): LogPolicy => ({
  out: join(directory, "logs", `${name}-out.log`),
  err: join(directory, "logs", `${name}-err.log`),
  combined: null,
  merge: true,
  dateFormat: null,
  maxBytes: 10 * 1_024 * 1_024,
  daily: false,
  keep: 1_000,
  keepMs: null,
  compress: false,
  ...changes,
});

export const logged = (name: string, policy: LogPolicy, number = 0): LoggedInstance => ({
  key: `test-${name}-${number}`,
  app: name,
  number,
  policy,
});

const FILLERS = ["", "ü", "日本語", "🦊🦊", "\u0000", "x".repeat(90), "é".repeat(300)];

/** Its length and its bytes follow from its number: what is altered shows. */
export const numberedLine = (name: string, number: number): string =>
  `${name} ${number} ${(FILLERS[number % FILLERS.length] ?? "").repeat(1 + (number % 5))} .`;

/** The bytes of a log file and of all that was put aside, in order. */
export function wholeLog(path: string): Buffer {
  const aside = putAsideFiles(path).map((file) => {
    const bytes = readFileSync(file.path);
    return file.isPacked ? gunzipSync(bytes) : bytes;
  });
  return Buffer.concat([...aside, existsSync(path) ? readFileSync(path) : Buffer.alloc(0)]);
}

/** What is wrong with the numbered lines of these writers in a log file; empty = each is there once, in order, unaltered. */
export function faultsOf(path: string, writers: Readonly<Record<string, number>>, dated = false): string[] {
  const next = new Map(Object.keys(writers).map((name) => [name, 0]));
  const text = wholeLog(path).toString();
  const faults: string[] = text.endsWith("\n") ? [] : [`${path} ends within a line`];
  for (const whole of text.split("\n").slice(0, -1)) {
    const line = dated ? whole.replace(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}: /, "") : whole;
    if (dated && line === whole) faults.push(`no date: ${whole.slice(0, 80)}`);
    const name = line.slice(0, line.indexOf(" "));
    const number = next.get(name) ?? -1;
    if (line === numberedLine(name, number)) next.set(name, number + 1);
    else faults.push(`${name}: line ${number} was to come, there is ${JSON.stringify(line.slice(0, 80))}`);
  }
  for (const [name, count] of Object.entries(writers))
    if (next.get(name) !== count) faults.push(`${name}: ${next.get(name)} of ${count} lines`);
  return faults;
}

export const DATE_FORMAT = "YYYY-MM-DDTHH:mm:ss";

const fixture = (name: string): string => join(import.meta.dir, "../fixtures/app-log", name);

export const writerCommand = (name: string, lines: number, perSecond: number, both = false): string[] => [
  process.execPath,
  fixture("writer.ts"),
  name,
  String(lines),
  String(perSecond),
  ...(both ? ["both"] : []),
];

/** A program that stands for the manager. */
export const startFollower = (directory: string, env: Readonly<Record<string, string>> = {}): Child =>
  startChild([process.execPath, fixture("follower.ts"), directory], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
