/**
 * A test that needs a part this machine may lack: `needs("tmux")("name", async () => { … })`. Without the part the
 * test is skipped *and* the runner is told why; under CI=true the runner counts that as a failure.
 */
import { test } from "bun:test";
import { openContainers } from "../../src/os/select-containers.ts";
import { namespaceUnavailable } from "./namespace.ts";
import { SKIP_MARKER } from "./runner/summary.ts";

export interface Part {
  readonly name: string;
  /** Why it is not there, with the next move; null when it is. */
  readonly missing: () => string | null;
}

/** A program on PATH. */
const command = (name: string): Part => ({
  name,
  missing: () =>
    Bun.which(name) === null ? `${name} is not installed (npm run test:deps installs it)` : null,
});

export const linux: Part = {
  name: "Linux",
  missing: () => (process.platform === "linux" ? null : `this is ${process.platform}`),
};

export const root: Part = {
  name: "root",
  missing: () => (process.getuid?.() === 0 ? null : `runs as user ${process.getuid?.()}; run it as root`),
};

export const pidNamespace: Part = { name: "PID namespace", missing: namespaceUnavailable };

/** The reason the first missing part gives, reported to the runner; null when everything is there. */
export function unavailable(...parts: readonly (string | Part)[]): string | null {
  for (const wanted of parts) {
    const part = typeof wanted === "string" ? command(wanted) : wanted;
    const reason = part.missing();
    if (reason === null) continue;
    console.error(`${SKIP_MARKER}${part.name}: ${reason.replaceAll("\n", " ")}`);
    return reason;
  }
  return null;
}

/** bun:test's `test` where all parts are there, else its `test.skip` with the reason on record. */
export const needs = (...parts: readonly (string | Part)[]): typeof test | typeof test.skip =>
  unavailable(...parts) === null ? test : test.skip;

/** Control groups that this account may make: cgroup v1 controllers beside a unified hierarchy. */
export const hybridGroups: Part = {
  name: "hybrid control groups",
  missing: () => {
    const container = openContainers().create({
      jobId: `0-${process.pid}-${Date.now()}-0`,
      memoryBytes: 100_000_000,
    });
    const { kind } = container.place;
    const { memory, whyNot } = container.facts;
    container[Symbol.dispose]();
    if (kind === "hybrid" && memory === "kernel") return null;
    return `a launch would be held by ${kind}, its memory be ${memory}${whyNot === null ? "" : `: ${whyNot}`}`;
  },
};
