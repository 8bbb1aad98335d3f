/** Finds the server of the page of this account. */
import { findService } from "./sockets.ts";
import { DASHBOARD, type Entry } from "../wire/dashboard.ts";
import { ServiceError } from "../wire/client.ts";

export const DASHBOARD_NAME = "dashboard";

export interface RunningDashboard extends Entry {
  readonly pid: number;
}

/** null: none runs, or it does not answer: nothing depends on it. */
export async function runningDashboard(): Promise<RunningDashboard | null> {
  try {
    const found = await findService(DASHBOARD, DASHBOARD_NAME);
    return found?.about ?? null;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
