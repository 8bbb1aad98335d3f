/** One suite, every backend: a test file names the backend and the suite, and select.ts opens what it would for a user. */
import type { BackendName } from "../../src/os/select.ts";

/** Loads a suite under a backend. What it starts inherits the choice. Before anything imports select.ts. */
export async function onBackend(name: BackendName, suite: () => Promise<unknown>): Promise<void> {
  process.env["BUN_WATCHDOG_BACKEND"] = name;
  await suite();
}
