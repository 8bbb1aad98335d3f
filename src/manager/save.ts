/** `save` writes down what is to run again after a new start of the machine, and `resurrect` starts it. */
import type { Phase } from "../core/app/app-state.ts";
import { startable, type Done } from "./declare.ts";
import type { KeptApp } from "./ports.ts";
import type { App, Registry } from "./registry.ts";
import { keptApp } from "./status.ts";
import { startGroups } from "./steer.ts";

export async function saveAll(registry: Registry): Promise<{ readonly path: string; readonly apps: number }> {
  const apps = registry.all.map(keptApp);
  return { path: await registry.ports.state.save(apps), apps: apps.length };
}

/** A person had stopped it, or it was done. */
const DOWN: ReadonlySet<Phase> = new Set<Phase>(["stopped", "stopping", "removing", "ended"]);

/**
 * An app that runs already is left as it is. An app that was stopped when it was saved becomes known and
 * stays stopped.
 */
export async function resurrectSaved(registry: Registry): Promise<Done> {
  const saved = await registry.ports.state.saved();
  if (saved === null) return { apps: [], failures: ["Nothing was saved. Save what runs: bunctl save"] };
  const specs = saved.map(({ spec }) => spec);
  const { possible, failures } = startable(specs, registry);
  const apps = saved.flatMap((kept) =>
    possible.includes(kept.spec) ? { app: known(kept, registry), kept } : [],
  );
  const groups = apps.map(({ app, kept }) => ({
    app,
    instances: app.instances.filter(({ number }) => wasUp(kept, number)),
  }));
  const notStarted = await startGroups(groups, registry);
  return { apps: apps.map(({ app }) => app), failures: [...failures, ...notStarted] };
}

const known = ({ spec }: KeptApp, registry: Registry): App => registry.find(spec) ?? registry.add(spec);

const wasUp = ({ instances }: KeptApp, number: number): boolean => {
  const was = instances.find((one) => one.number === number);
  return was !== undefined && !DOWN.has(was.phase);
};
