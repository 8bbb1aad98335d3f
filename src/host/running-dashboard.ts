/** Finds the server of the page of this account. */
import { findService } from "./sockets.ts";
import { DASHBOARD } from "../wire/dashboard.ts";
import { ServiceError } from "../wire/client.ts";

export const DASHBOARD_NAME = "dashboard";

export interface RunningDashboard {
  readonly pid: number;
  /** `http://127.0.0.1:7878/`, or the path of its socket. */
  readonly address: string;
}

/** null: none runs, or it does not answer: nothing depends on it. */
export async function runningDashboard(): Promise<RunningDashboard | null> {
  try {
    const found = await findService(DASHBOARD, DASHBOARD_NAME);
    return found && { pid: found.about.pid, address: found.about.address };
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
