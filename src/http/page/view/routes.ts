/** Which view an address is. All of it stands behind the `#`: the server has one page. */
import { appsView } from "./apps/apps.ts";
import { testsView } from "./tests/tests.ts";
import { configView } from "./config.ts";
import { historyView } from "./history/history.ts";
import { overviewView } from "./overview/overview.ts";
import { processView } from "./process/process.ts";
import { processesView } from "./processes/processes.ts";
import { runtimeView } from "./runtime/runtime.ts";
import type { MakeView } from "./view.ts";

export const SECTIONS = [
  ["", "Overview"],
  ["processes", "Processes"],
  ["history", "History"],
  ["apps", "Apps"],
  ["runtime", "Runtime"],
  ["tests", "Tests"],
  ["config", "Config"],
] as const;

export type Section = (typeof SECTIONS)[number][0];

interface Route {
  readonly section: Section;
  readonly make: MakeView;
}

const ROUTES: Readonly<Record<string, Route>> = {
  "": { section: "", make: overviewView },
  processes: { section: "processes", make: processesView },
  process: { section: "processes", make: processView },
  history: { section: "history", make: historyView },
  apps: { section: "apps", make: appsView },
  runtime: { section: "runtime", make: runtimeView },
  tests: { section: "tests", make: testsView },
  config: { section: "config", make: configView },
};

const FIRST: Route = { section: "", make: overviewView };

/** `#/process/4711-123` → the view of that process. What nobody knows is the overview. */
export function routeOf(hash: string): Route & { readonly parameter: string } {
  const [name = "", parameter = ""] = hash.replace(/^#\/?/u, "").split("/");
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  return { ...(route ?? FIRST), parameter };
}
