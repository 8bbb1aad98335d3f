/**
 * The work of a dead manager goes on: its processes are found by their jobs and looked after again, its waits
 * end when they were to end, and what it had begun is finished.
 */
import type { Phase } from "../core/app/app-state.ts";
import { undeclared } from "../core/app/undeclared.ts";
import { loggedOf } from "./app-config.ts";
import type { Instance } from "./instance.ts";
import type { LaunchedBefore } from "./launched-before.ts";
import type { KeptApp, KeptInstance } from "./ports.ts";
import type { App, Registry } from "./registry.ts";
import type { AppRun } from "./run.ts";
import { instanceStatus } from "./status.ts";

/**
 * Resolves to whether the machine was started anew meanwhile. What is kept may be damaged, or the disk may have refused the newest of it:
 * whatever the books say to run is taken over all the same, and so nothing of it is started twice.
 */
export async function recover(registry: Registry): Promise<boolean> {
  const { apps, isSameBoot } = registry.ports.state.load();
  const kept = new Map<Instance, KeptInstance>();
  for (const { spec, instances } of apps.toSorted((a, b) => firstId(a) - firstId(b)))
    for (const instance of registry.restore(spec, instances).instances) {
      const one = instances.find(({ id }) => id === instance.id);
      if (one !== undefined) kept.set(instance, one);
    }
  const books = await registry.ports.daemon.launchedBefore();
  const ofThisBoot = new Set(books.map(({ jobId }) => jobId));
  const unkept = findUnkept(books, kept, registry);
  const going = [...kept].map(([instance, one]) => {
    const found = withJobs(one, unkept.get(instance) ?? []);
    remember(instance, found);
    const mayLive = isSameBoot || [found.jobId, ...found.leaving].some((id) => id && ofThisBoot.has(id));
    if (mayLive) return goOn(instance, found, registry);
    lieDown(instance, registry);
    return null;
  });
  await Promise.all(going.filter((one) => one !== null));
  for (const app of registry.all) {
    // the manager before us died in the middle of keeping it, or what it kept is damaged
    const isWhole = app.lasting.length >= app.spec.instances;
    if (!isWhole) registry.resize(app, app.spec.instances);
    if (!isWhole || app.instances.some((instance) => unkept.has(instance))) registry.keepApp(app);
    for (const { phase } of app.instances) if (phase === "held") registry.release(app);
  }
  registry.changed();
  return !isSameBoot;
}

/** Jobs in the books that nothing kept speaks of, by instance. Each of their instances has a place in `kept` afterwards. */
function findUnkept(
  books: readonly LaunchedBefore[],
  kept: Map<Instance, KeptInstance>,
  registry: Registry,
): ReadonlyMap<Instance, readonly LaunchedBefore[]> {
  const known = new Set([...kept.values()].flatMap(({ jobId, leaving }) => leaving.concat(jobId ?? [])));
  const jobs = books.filter(({ jobId }) => !known.has(jobId));
  const found = new Map<Instance, LaunchedBefore[]>();
  for (const job of jobs) {
    const instance = registry.instanceAt(appOf(job, jobs, registry), job.number);
    if (!kept.has(instance)) kept.set(instance, emptyPlace(instance));
    found.set(instance, [...(found.get(instance) ?? []), job]);
  }
  return found;
}

function appOf(job: LaunchedBefore, jobs: readonly LaunchedBefore[], registry: Registry): App {
  const known = registry.find(job.app);
  if (known !== null) return known;
  const { directory, name } = job.app;
  const numbers = jobs.filter(({ app }) => app.directory === directory && app.name === name);
  const app = registry.restore(undeclared(job, new Set(numbers.map(({ number }) => number)).size), []);
  registry.tell(app, 0, "trouble", UNDECLARED);
  return app;
}

const UNDECLARED =
  "runs, and how it was declared is lost: bunctl apply restarts it as its config file says; an app without one is deleted, and started again";

const emptyPlace = (instance: Instance): KeptInstance => ({
  ...instanceStatus(instance),
  phase: "stopped",
  leaving: [],
});

/** The newest of them is its process; the others, and what such a one has left behind, go. */
function withJobs(before: KeptInstance, jobs: readonly LaunchedBefore[]): KeptInstance {
  const outputs = Object.fromEntries(jobs.map(({ jobId, output }) => [jobId, output]));
  const kept = { ...before, outputs: { ...before.outputs, ...outputs } };
  const newest = jobs.find(({ hasMain }) => hasMain);
  const others = jobs.filter((job) => job !== newest).map(({ jobId }) => jobId);
  if (newest === undefined) return { ...kept, leaving: [...kept.leaving, ...others] };
  return {
    ...kept,
    phase: HAS_PROCESS.has(kept.phase) ? kept.phase : "online",
    jobId: newest.jobId,
    startedMs: newest.sinceMs,
    leaving: [...kept.leaving, ...others, ...(kept.jobId === null ? [] : [kept.jobId])],
  };
}

const HAS_PROCESS: ReadonlySet<Phase> = new Set<Phase>([
  "starting",
  "online",
  "stopping",
  "restarting",
  "removing",
]);

const firstId = ({ instances }: KeptApp): number => Math.min(...instances.map(({ id }) => id));

function remember(instance: Instance, kept: KeptInstance): void {
  instance.phase = kept.phase;
  instance.sinceMs = kept.sinceMs;
  instance.createdMs = kept.createdMs;
  instance.restarts = kept.restarts;
  instance.unstable = kept.unstableRestarts;
  instance.lostLines = kept.lostLines;
  instance.exits.value = kept.lastExit;
}

/** Resolves once it is known what is left of it, or that this takes longer. */
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
  await Promise.all([...former, ...(own === null ? [] : [own])].map((run) => run.tried));
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
