/** Whoever wants to know where the page is asks its server. */
import type { About, Protocol } from "./routes.ts";

const routes = {};

/** What a person needs to get in. */
export interface Entry {
  /** `http://127.0.0.1:7878/`, or the path of its unix socket. */
  readonly address: string;
  /** The address with the token behind its `#`; null where the page is on a socket. */
  readonly entry: string | null;
  readonly tokenFile: string;
}

/** Only the account can ask, as only it can read the token's file. */
export interface DashboardAbout extends About, Entry {}

export const DASHBOARD: Protocol<typeof routes, DashboardAbout> = {
  title: "dashboard",
  version: 1,
  restart: "bun-watchdog dashboard",
  routes,
};
