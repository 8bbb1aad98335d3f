/** Whoever wants to know where the page is asks its server. */
import type { About, Protocol } from "./routes.ts";

const routes = {};

export interface DashboardAbout extends About {
  /** `http://127.0.0.1:7878/`, or the path of its unix socket. */
  readonly address: string;
}

export const DASHBOARD: Protocol<typeof routes, DashboardAbout> = {
  title: "dashboard",
  version: 1,
  restart: "bun-watchdog dashboard",
  routes,
};
