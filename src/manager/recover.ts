/**
 * The work of a dead manager goes on: its processes are found by their jobs and looked after again, its waits
 * end when they were to end, and what it had begun is finished.
 */
import { loggedOf } from "./app-config.ts";
import type { Instance } from "./instance.ts";
import type { KeptApp, KeptInstance } from "./ports.ts";
import type { Registry } from "./registry.ts";
import type { AppRun } from "./run.ts";

/** Resolves to whether the machine was started anew meanwhile. */
export async function recover(registry: Registry): Promise<boolean> {
  const { apps, isSameBoot } = registry.ports.state.load();
  const going: Promise<void>[] = [];
  for (const { spec, instances } of apps.toSorted((a, b) => firstId(a) - firstId(b)))
    for (const instance of registry.restore(spec, instances).instances) {
      const kept = instances.find(({ id }) => id === instance.id);
      if (kept === undefined) continue;
      remember(instance, kept);
      if (isSameBoot) going.push(goOn(instance, kept, registry));
      else lieDown(instance, registry);
    }
  await Promise.all(going);
  for (const app of registry.all)
    for (const { phase } of app.instances) if (phase === "held") registry.release(app);
  registry.changed();
  return !isSameBoot;
}

const firstId = ({ instances }: KeptApp): number => Math.min(...instances.map(({ id }) => id));

function remember(instance: Instance, kept: KeptInstance): void {
  instance.phase = kept.phase;
  instance.sinceMs = kept.sinceMs;
  instance.createdMs = kept.createdMs;
  instance.restarts = kept.restarts;
  instance.unstable = kept.unstableRestarts;
  instance.exits.value = kept.lastExit;
}

/** Resolves once it is known what is left of it. */
async function goOn(instance: Instance, kept: KeptInstance, registry: Registry): Promise<void> {
  const { phase, jobId, leaving, untilMs, startedMs } = kept;
  const takeOver = (job: string, atMs: number | null, isReady: boolean): AppRun => {
    const run = instance.newRun(kept.outputs?.[job] ?? instance.key);
    // a line that it wrote while nobody followed is still to come
    registry.ports.logs.resume(loggedOf(run.place));
    run.adopt(job, atMs, isReady);
    return run;
  };
  // the new process of a reload was not proven, and an old one was to go
  const former = leaving.map((job) => takeOver(job, null, true));
  for (const run of former) instance.former.add(run);
  const own = jobId === null ? null : takeOver(jobId, startedMs, phase !== "starting");
  if (own !== null) instance.run = own;
  for (const run of former) void run.end("another process has taken its place");
  await Promise.all(former.map((run) => run.obtained));
  await own?.obtained;
  // an instance that ended meanwhile is judged already
  if (instance.phase !== phase || instance.run !== own) return;
  switch (instance.phase) {
    case "stopping":
    case "restarting":
    case "removing":
      instance.finish();
      return;
    case "starting":
    case "online":
      // it was about to be started, and nothing exists
      if (own === null) instance.spawn();
      return;
    case "waiting":
    case "retrying":
      if (own === null) instance.resumeWait(untilMs ?? 0);
      return;
    case "held":
    case "ended":
    case "stopped":
  }
}

const DIED_WITH_MACHINE =
  "ended with the machine, which was started anew; bunctl resurrect starts what was saved";

/** The machine was started anew, and nothing runs: what is to run then is what was saved. */
function lieDown(instance: Instance, { ports }: Registry): void {
  const { phase } = instance;
  if (phase === "stopped" || phase === "ended") return;
  const exit = {
    reason: "unknown",
    code: null,
    signal: null,
    words: DIED_WITH_MACHINE,
    lastErrorLines: [],
  } as const;
  instance.exits.value = { ...exit, atMs: ports.clock.wallMs() };
  instance.phase = "stopped";
  instance.dispatch(phase === "removing" ? "remove" : "stop");
}
