/**
 * A test that needs a part this machine may lack: `needs("tmux")("name", async () => { … })`. Without the part the
 * test is skipped *and* the runner is told why; under CI=true the runner counts that as a failure.
 */
import { test } from "bun:test";
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

/** The same beside the others of its file that are called so: each has a folder of its own. */
export const atOnce = (...parts: readonly (string | Part)[]): typeof test | typeof test.skip =>
  unavailable(...parts) === null ? test.concurrent : test.skip;
