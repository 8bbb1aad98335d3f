/** Which view an address is. All of it stands behind the `#`: the server has one page. */
import { overviewView } from "./overview.ts";
import { processView } from "./process.ts";
import { processesView } from "./processes/processes.ts";
import type { MakeView } from "./view.ts";

export const SECTIONS = [
  ["", "Overview"],
  ["processes", "Processes"],
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
};

const FIRST: Route = { section: "", make: overviewView };

/** `#/process/4711-123` → the view of that process. What nobody knows is the overview. */
export function routeOf(hash: string): Route & { readonly parameter: string } {
  const [name = "", parameter = ""] = hash.replace(/^#\/?/u, "").split("/");
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  return { ...(route ?? FIRST), parameter };
}
