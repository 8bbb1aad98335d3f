/** The ways in which this machine can hold a job together, and who is left of one. */
import { test } from "bun:test";
import type { Launch, Mechanism } from "./launching.ts";
import { allPids, readStat } from "./proc.ts";
import { until } from "./ready.ts";
import { openContainers } from "../../src/os/select-containers.ts";
import { needs, type Part, pidNamespace, root } from "./skip.ts";

/** A launch that is not held by this machine's groups says why. */
async function missingGroups(): Promise<string | null> {
  const wish = { jobId: `0-${process.pid}-${Math.floor(Math.random() * 1e12)}-0`, memoryBytes: 100_000_000 };
  using container = await openContainers().create(wish);
  const { memory, whyNot } = container.facts;
  if (container.place.kind === "hybrid" && memory === "kernel") return null;
  return `a launch would be held by ${container.place.kind}, its memory be ${memory}${whyNot === null ? "" : `: ${whyNot}`}`;
}

const noGroups = await missingGroups();

/** Control groups that this account may make: cgroup v1 controllers beside a unified hierarchy. */
export const hybridGroups: Part = { name: "hybrid control groups", missing: () => noGroups };

type Test = typeof test | typeof test.skip;

export const MECHANISMS: readonly { readonly mechanism: Mechanism; readonly here: Test }[] = [
  { mechanism: "hybrid", here: needs(pidNamespace, hybridGroups) },
  { mechanism: "marker", here: needs(pidNamespace) },
  { mechanism: "unprivileged", here: needs(pidNamespace, root, "setpriv") },
];

/** Everybody in this PID namespace who has not ended. */
export const living = (): ReadonlySet<number> =>
  new Set(allPids().filter((pid) => !["Z", "X", undefined].includes(readStat(pid)?.state)));

/** Those who were not there before, by what they are called. Waits for nobody to be left, or for a failing test's time. */
export async function leftSince(before: ReadonlySet<number>): Promise<readonly string[]> {
  const left = (): number[] => [...living()].filter((pid) => !before.has(pid));
  await until(() => left().length === 0, 3_000);
  return left().map((pid) => `${pid} ${readStat(pid)?.comm}`);
}

export async function isUp({ wrapper }: Launch): Promise<readonly number[]> {
  const ready = (): string | undefined => wrapper.lines.find((line) => line.startsWith("ready"));
  if (!(await until(() => ready() !== undefined, 20_000)))
    throw new Error(`the job never got ready\n${wrapper.errors.join("\n")}`);
  return (ready() ?? "").split(" ").slice(1).map(Number);
}
