/**
 * A job is run from the spawn to the end of everything: the root's end, a broken limit or a request,
 * whichever comes first.
 */
import { messageOf } from "../text/system-error.ts";
import type { Named } from "../core/plan/event.ts";
import type { JobEnding, JobEnd } from "../core/slots/job-end.ts";
import { judgedAs, type Cause } from "../core/plan/cause.ts";
import { processCount } from "../text/wording.ts";
import type { JobHold } from "../ports/container.ts";
import type { Launched, RootEnd } from "../ports/launch.ts";
import { enforce, outOfMemory, type Breach } from "./enforce/enforce.ts";
import type { Killed } from "./kill-job.ts";
import type { JobTerms, LaunchPorts } from "./request.ts";

export interface Running {
  readonly jobId: string;
  readonly container: JobHold;
  readonly root: Launched;
  readonly startedMs: number;
  readonly pausedMs: () => number;
}

/** Somebody who has a say asks for the end; a grace of null = the grace that the job has. */
export interface EndRequest {
  readonly reason: string;
  readonly graceMs: number | null;
}

/** These things are asked of a job while it runs. */
export interface WhileRunning {
  readonly stopped: Promise<EndRequest>;
  readonly terms: () => JobTerms;
  /** Calls back when they are other ones. */
  readonly onTerms: (listener: (() => void) | null) => void;
  /** Called when what runs is to run no longer. */
  readonly onEnding: () => void;
}

type Happening =
  | { readonly what: "root ended"; readonly end: RootEnd }
  | { readonly what: "breach"; readonly breach: Breach }
  | ({ readonly what: "request" } & EndRequest);

/** The reason why the job is over, and the cause for ending those that are left; null = they may stay. */
interface Finding {
  readonly ending: JobEnding;
  readonly cause: Cause | null;
}

/**
 * When this settles, the job has ended, whatever has failed since the spawn; survivors are named. Its container is still
 * there, and what that has counted is not in the answer yet.
 */
export async function runToEnd(
  job: Running,
  { stopped, terms, onTerms, onEnding }: WhileRunning,
  ports: LaunchPorts,
): Promise<JobEnd> {
  const { container, root, startedMs, pausedMs } = job;
  const reserve = ports.reserve.hold();
  let sampledBytes: number | null = null;
  let watching = new AbortController();
  const { clock } = ports;
  const onMemory = (bytes: number): void => void (sampledBytes = Math.max(sampledBytes ?? 0, bytes));
  const { promise: breach, resolve, reject } = Promise.withResolvers<Breach>();
  const watch = (): void => {
    watching.abort();
    watching = new AbortController();
    const { limits, looksForEscapes } = terms();
    const eyes = { ...ports, startedMs, pausedMs, onMemory, looksForEscapes };
    enforce(container, limits, eyes, watching.signal).then(resolve, reject);
  };
  watch();
  onTerms(watch);
  const happening = await Promise.race([
    root.ended.then((end): Happening => ({ what: "root ended", end })),
    breach.then((found): Happening => ({ what: "breach", breach: found }), unwatched),
    stopped.then((request): Happening => ({ what: "request", ...request })),
  ]);
  onTerms(null);
  onEnding();
  // whoever starts it anew does so first
  if (happening.what === "root ended") setImmediate(() => watching.abort());
  else watching.abort();
  reserve[Symbol.dispose]();
  const tookMs = (): number => Math.round(clock.monotonicMs() - startedMs);
  try {
    return { ...(await conclude(job, happening, terms(), ports, sampledBytes)), tookMs: tookMs() };
  } catch (error) {
    return { ...struck(job, happening, terms(), ports, error), tookMs: tookMs() };
  }
}

type Concluded = Omit<JobEnd, "tookMs">;

async function conclude(
  job: Running,
  happening: Happening,
  request: JobTerms,
  ports: LaunchPorts,
  sampledBytes: number | null,
): Promise<Concluded> {
  const { container } = job;
  const { ending, cause } = findingOf(happening, job, request);
  const heldBy = happening.what === "root ended" ? happening.end.heldBy : undefined;
  if (heldBy !== undefined)
    ports.onTrouble(
      `its program has ended; ${heldBy.command} (pid ${heldBy.pid}), which traces it, has not taken note, so it stays in the list of processes`,
    );
  const graceMs = (happening.what === "request" ? happening.graceMs : null) ?? request.graceMs;
  const killed = cause === null ? NOBODY : await kill(job, cause, graceMs, ports);
  let rootEnd = happening.what === "root ended" ? happening.end : null;
  // a job with survivors is not waited for
  if (killed.survivors.length === 0) rootEnd ??= await endOf(job, ports);
  const kept = cause === null && request.keep ? await namesOf(container, ports) : [];
  return {
    ending,
    peakMemoryBytes: sampledBytes ?? rootEnd?.maxRssBytes ?? null,
    cpuMs: null,
    root: rootEnd && { code: rootEnd.code, signal: rootEnd.signal },
    ...killed,
    kept,
  };
}

/**
 * It was killed, and Bun has yet to hear of it; or it was not even found, since nothing could be read. null: it is not
 * heard of, since whoever traces it has not taken its status.
 */
async function endOf({ root, container }: Running, { clock }: LaunchPorts): Promise<RootEnd | null> {
  const hear = (): Promise<RootEnd | void> => Promise.race([root.ended, clock.sleep(HEARD_MS)]);
  const heard = await hear();
  if (heard !== undefined) return heard;
  container.strike();
  return (await hear()) ?? null;
}

const HEARD_MS = 2_000;

/**
 * If the rest of a job cannot be dealt with as it should be (no descriptor, no memory, no disk), it is killed
 * as it stands.
 */
function struck(
  { container }: Running,
  happening: Happening,
  { keep }: JobTerms,
  { onTrouble }: LaunchPorts,
  error: unknown,
): Concluded {
  const mayStay = keep && happening.what === "root ended";
  const isDead = mayStay || container.strike();
  const then = mayStay ? "was left alone" : isDead ? "was killed" : "may still be there";
  onTrouble(`its end could not be seen to (${messageOf(error)}): what was left of it ${then}`);
  const hasEnded = happening.what === "root ended";
  const ending = hasEnded ? endingOf(happening.end) : findingAt(happening).ending;
  const root = hasEnded ? { code: happening.end.code, signal: happening.end.signal } : null;
  return { ending, root, peakMemoryBytes: null, cpuMs: null, ...NOBODY, kept: [] };
}

const NOBODY: Killed = { outcomes: [], survivors: [] };

const endingOf = (end: RootEnd): JobEnding =>
  end.signal === null ? { how: "exited", code: end.code } : { how: "signaled", signal: end.signal };

const findingOf = (happening: Happening, job: Running, request: JobTerms): Finding =>
  happening.what === "root ended" ? atRootEnd(happening.end, job, request) : findingAt(happening);

const findingAt = (happening: Exclude<Happening, { what: "root ended" }>): Finding =>
  happening.what === "breach" ? atBreach(happening.breach) : atRequest(happening.reason);

function atRootEnd(end: RootEnd, { container }: Running, { keep, limits }: JobTerms): Finding {
  const { memoryBytes } = limits;
  // it may have been the root, or its child whose end was the root's
  if (memoryBytes !== null && container.usage().memoryKills > 0)
    return atBreach({ verdict: outOfMemory(memoryBytes), by: "kernel" });
  const ending = endingOf(end);
  if (keep || container.isEmpty()) return { ending, cause: null };
  const how = end.signal === null ? (end.code === null ? "" : ` with code ${end.code}`) : ` by ${end.signal}`;
  return {
    ending,
    cause: {
      by: "leftover",
      rule: "leftover",
      evidence: `its root ended${how} and left ${processCount(container.members().length)}`,
    },
  };
}

function atBreach({ verdict, by }: Breach): Finding {
  const { rule, limit, evidence } = verdict;
  const cause = judgedAs(verdict);
  switch (rule) {
    case "timeout":
      return { cause, ending: { how: "timeout", limitMs: limit, evidence } };
    case "memory":
      return { cause, ending: { how: "memory", by, limitBytes: limit, evidence } };
    case "cpu":
      return { cause, ending: { how: "cpu", limitPercent: limit, evidence } };
  }
}

const atRequest = (reason: string): Finding => ({
  ending: { how: "stopped", evidence: reason },
  cause: { by: "asked", rule: "request", evidence: reason },
});

/** A limit that cannot be looked after any more is not kept: better no job than one without the limit asked for. */
const unwatched = (error: unknown): Happening => ({
  what: "request",
  graceMs: null,
  reason: `its limits cannot be watched any more: ${messageOf(error)}`,
});

async function kill(job: Running, cause: Cause, graceMs: number, ports: LaunchPorts): Promise<Killed> {
  const [{ killJob }, killing] = await Promise.all([import("./kill-job.ts"), ports.forKilling()]);
  const { containers, clock, self } = ports;
  return await killJob({ ...job, root: job.root.id, self: self.id }, cause, graceMs, {
    ...killing,
    containers,
    clock,
  });
}

/** Nobody in most cases, and then nothing is loaded for it. */
async function namesOf(container: JobHold, { containers }: LaunchPorts): Promise<readonly Named[]> {
  if (container.members().length === 0) return [];
  return (await import("./kill-job.ts")).whoIsIn(container, containers);
}
