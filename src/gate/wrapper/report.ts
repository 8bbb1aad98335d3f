/** `--json-report FILE`: what was asked for, how it was kept, and how it ended (schemaVersion 1); and where that is written. */
import type { Named } from "../../core/plan/event.ts";
import type { LaunchSettings } from "../../config/cached.ts";
import type { JobEnd } from "../../core/slots/job-end.ts";
import type { GateRequest, GateResult, LaunchRefusal } from "../run.ts";
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { entryAt } from "../../os/linux/files/private-files.ts";
import { say } from "./say.ts";
import { duplicate } from "../../os/linux/pin/pidfd.ts";
import { codeOf, messageOf } from "../../text/system-error.ts";

export interface Launch {
  readonly request: GateRequest;
  readonly settings: LaunchSettings;
  readonly report: ReportTarget | null;
}

/** The command has had its say: a report that cannot be written does not change how it ended. */
export function writeReport(launch: Launch, result: GateResult, exitCode: number): void {
  try {
    launch.report?.write(`${JSON.stringify(reportOf(launch, result, exitCode), null, 2)}\n`);
  } catch (error) {
    say(`The report cannot be written: ${messageOf(error)}.`);
  }
}

export function reportOf({ request, settings }: Launch, result: GateResult, exitCode: number): object {
  const { timeoutMs, memoryBytes, cpu } = request.limits;
  const facts = result.kind === "ended" ? result.facts : null;
  return {
    schemaVersion: 1,
    at: new Date().toISOString(),
    command: request.command,
    name: request.name,
    cwd: request.cwd,
    admitted: result.kind === "ended",
    exitCode,
    slot: {
      max: request.maxSlots,
      // each project has slots of its own; the scopes user and machine share theirs
      scope: settings.policy.scope === "nearest" ? "project" : settings.policy.scope,
      taken: result.kind === "ended" && result.takesSlot,
      within: result.kind === "ended" ? result.within : null,
      waitedMs: Math.round(result.waitedMs),
      refused: result.kind === "refused" ? refused(result.refusal) : null,
    },
    limits: {
      timeoutMs: { limit: timeoutMs, enforced: timeoutMs === null ? "none" : "wrapper" },
      memoryBytes: {
        limit: memoryBytes,
        enforced: facts?.memory ?? "none",
        whyNotKernel: facts?.whyNot ?? null,
      },
      cpuPercent: { limit: cpu?.percent ?? null, enforced: cpu === null ? "none" : "sampled" },
      graceMs: request.graceMs,
    },
    container: facts === null ? null : { promise: facts.promise },
    job: result.kind === "ended" ? { id: result.jobId, ...ended(result.end) } : null,
  };
}

const refused = (refusal: LaunchRefusal): object =>
  refusal.why === "depth"
    ? { why: "depth", depth: refusal.depth, chain: refusal.chain }
    : {
        why: "full",
        ...refusal.seen,
        holders: refusal.holdings.map(({ record, standing }) => ({
          jobId: record.jobId,
          name: record.name,
          command: record.command,
          wrapper: record.owner.pid,
          root: record.root?.pid ?? null,
          since: new Date(record.sinceMs).toISOString(),
          standing,
        })),
        outside: refusal.ungated.map(({ pid, ageMs, command }) => ({ pid, ageMs, command })),
      };

const ended = ({ ending, tookMs, peakMemoryBytes, cpuMs, outcomes, survivors, kept }: JobEnd): object => ({
  ending,
  tookMs,
  peakMemoryBytes,
  cpuMs,
  killed: outcomes.map(({ id, command, result, signals, tookMs: ms }) => ({
    pid: id.pid,
    command,
    outcome: result.outcome,
    signals,
    tookMs: ms,
  })),
  survivors: survivors.map(shown),
  kept: kept.map(shown),
});

const shown = ({ id, command }: Named): object => ({ pid: id.pid, command });

interface ReportTarget {
  write(text: string): void;
}

const { O_CREAT, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;

/** One that has no place is said before the command runs; it runs all the same, and ends as it ends. */
export function openReport(path: string): ReportTarget | null {
  const folder = path.slice(0, path.lastIndexOf("/") + 1) || ".";
  try {
    if (entryAt(folder) < 0)
      say(`warning: there is no directory ${folder} for the report (--json-report ${path}).`);
    return reportTarget(path);
  } catch (error) {
    say(`warning: there will be no report: ${messageOf(error)}.`);
    return null;
  }
}

/** To be asked before the command has a descriptor that is named here. */
export function reportTarget(path: string): ReportTarget {
  const { to, descriptor } = follow(resolve(path));
  if (descriptor === null)
    return { write: (text) => (isPlain(to) ? replace(to, text) : writeInto(to, text)) };
  // what is open is written on from where it stands: another opening would begin at its start
  const fd = duplicate(descriptor);
  if (fd === null) throw new Error(`descriptor ${descriptor} is not open, or there is no other one left`);
  return { write: (text) => writeAll(fd, text) };
}

const NAMES = new Map([
  ["/dev/stdin", 0],
  ["/dev/stdout", 1],
  ["/dev/stderr", 2],
]);

function descriptorOf(path: string): number | null {
  const [, number] = /^(?:\/dev\/fd|\/proc\/(?:self|thread-self)\/fd)\/(\d+)$/.exec(path) ?? [];
  return number === undefined ? (NAMES.get(path) ?? null) : Number(number);
}

/** Links may lead to a descriptor of ours, as /dev/stdout does. A path that links lead to is written into as it is. */
function follow(path: string): { readonly to: string; readonly descriptor: number | null } {
  let at = path;
  for (let links = 0; links < 40; links++) {
    const descriptor = descriptorOf(at);
    if (descriptor !== null) return { to: path, descriptor };
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) break;
    at = resolve(dirname(at), readlinkSync(at));
  }
  return { to: path, descriptor: null };
}

/** A file, or nothing yet. */
const isPlain = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true;

function replace(to: string, text: string): void {
  const draft = `${to}.${process.pid}.new`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writeInto(path: string, text: string): void {
  // somebody may be about to read a FIFO: opened without waiting, it is refused until then (fifo(7))
  const fd = patiently("ENXIO", () => openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o666));
  try {
    writeAll(fd, text);
  } finally {
    closeSync(fd);
  }
}

const [TRIES, BETWEEN_TRIES_MS] = [200, 10] as const;

/** Tried again for two seconds where this is what fails. */
function patiently<T>(code: string, act: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return act();
    } catch (error) {
      if (tries === TRIES || codeOf(error) !== code) throw error;
      Bun.sleepSync(BETWEEN_TRIES_MS);
    }
  }
}

/** All of it: what is taken in parts is written on; who takes nothing for two seconds reads nothing. */
function writeAll(fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    const written = patiently("EAGAIN", () => writeSync(fd, bytes, at));
    if (written === 0) throw new Error(`only ${at} of ${bytes.length} bytes were taken`);
    at += written;
  }
}
