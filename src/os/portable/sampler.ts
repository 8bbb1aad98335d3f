/**
 * The ProcessSampler of systems without a backend of their own: ps-list, pidusage, ps and lsof.
 *
 * Unknown, and so null: memory beyond RSS, which counts mapped files; page faults, reads and writes, and the demand for
 * CPU. The memory rule therefore never acts, and the CPU rule never gets beyond suspect.
 */
import { availableParallelism } from "node:os";
import { classify } from "../../core/process/classify.ts";
import { commandLine, printable } from "../../text/mask.ts";
import type { Details, Machine, ProcessSample, Snapshot } from "../../core/process/process.ts";
import type { ProcessSampler, Reading as Wanted } from "../../ports/sampler.ts";
import type { SamplerOptions } from "../backend.ts";
import { projectView } from "../project-view.ts";
import { parseUnit } from "../service-unit.ts";
import { Users } from "../users.ts";
import { Acquaintances } from "./acquaintances.ts";
import { directoriesOf, listenersOf } from "./lsof-text.ts";
import { readOpenFiles } from "./lsof.ts";
import { Everybody } from "./everybody.ts";
import type { Dialect } from "./ps-text.ts";
import { PLAIN_ENV, readEnvironments, readProcessGroups, readPs } from "./ps.ts";
import { tiesFrom } from "./ties.ts";
import { readProcesses, type ProcessReading, type SeenProcess } from "./reading.ts";

export class PortableSampler implements ProcessSampler {
  readonly #users = new Users(askForName);
  readonly #known = new Acquaintances();
  readonly #everybody: Everybody;
  readonly #machine: Machine = { cpus: availableParallelism(), availableBytes: null };

  constructor(
    private readonly dialect: Dialect,
    private readonly options: SamplerOptions,
  ) {
    this.#everybody = new Everybody(() => this.#read());
  }

  sample(): Snapshot {
    const beganMs = performance.now();
    const reading = this.#read();
    const endMs = performance.now();
    // the wall clock only tells how long ago within this call, and may jump
    const monotonicMs = Math.min(endMs, Math.max(beganMs, endMs - (Date.now() - reading.atMs)));
    const newcomers = this.#known.meet(reading.seen, monotonicMs);
    this.#known.settle(directoriesOf(readOpenFiles(newcomers, "directories") ?? []));
    const processes = new Map(reading.seen.map((seen) => [seen.pid, this.#sampleOf(seen, monotonicMs)]));
    const { scope, projectRoot } = this.options;
    return {
      atMs: reading.atMs,
      monotonicMs,
      processes: scope === "project" ? projectView(processes, projectRoot) : processes,
      machine: this.#machine,
    };
  }

  inspect(wanted: ReadonlyMap<ProcessSample, ReadonlySet<Wanted>>): Map<number, Details> {
    const asked = [...wanted].filter(([, readings]) => readings.has("evidence"));
    const pids = asked.map(([{ id }]) => id.pid);
    const files = readOpenFiles(pids, "everything", undefined, this.dialect === "procps" ? ["-E"] : []);
    // what was read by pid is of this process only if that still has the pid afterwards
    const after = readPs(this.dialect, pids);
    const found = new Map<number, Details>();
    const environments = readEnvironments(this.dialect, pids);
    const unitOf = this.#units(pids);
    for (const [process, readings] of wanted) {
      const { id } = process;
      const asksForEvidence = readings.has("evidence");
      if (asksForEvidence && after.get(id.pid)?.startS !== id.startTicks) continue;
      found.set(id.pid, {
        ...(readings.has("demand") && { demandNs: null }),
        ...(readings.has("io") && { ioBytes: null, ioCalls: null, writtenBytes: null, writeCalls: null }),
        ...(readings.has("pss") && { pssBytes: null }),
        ...(readings.has("marks") && { marks: null }),
        ...(asksForEvidence && {
          listeners: files === null ? null : listenersOf(files, id.pid),
          ties: tiesFrom(
            process,
            {
              files,
              environment: environments.get(id.pid) ?? null,
              unit: unitOf(id.pid),
              ancestors: this.ancestors(id.pid),
            },
            this.dialect,
          ),
        }),
      });
    }
    return found;
  }

  /** The unit of pid 1 is a whole container's. null where it is not told. */
  #units(pids: readonly number[]): (pid: number) => string | null {
    const groups =
      this.dialect === "bsd" || pids.length === 0
        ? new Map<number, string>()
        : readProcessGroups([1, ...pids]);
    const all = parseUnit(groups.get(1) ?? "");
    return (pid) => {
      const lines = groups.get(pid);
      if (lines === undefined) return null;
      const unit = parseUnit(lines);
      return unit === all ? "" : unit;
    };
  }

  machine(): Machine {
    return this.#machine;
  }

  describe(pid: number): string | null {
    return this.#everybody.describe(pid);
  }

  ancestors(pid: number): readonly number[] {
    return this.#everybody.ancestors(pid);
  }

  close(): void {}

  #read(): ProcessReading {
    const { scope, uid } = this.options;
    const reading = readProcesses(this.dialect, scope === "machine" ? "all" : uid);
    this.#everybody.set(reading.all);
    return reading;
  }

  #sampleOf(seen: SeenProcess, nowMs: number): ProcessSample {
    const { pid, startS, name, exe: _, ...now } = seen;
    const known = this.#known.of(seen, nowMs);
    const { exe, runtime, argv, scriptPath = null, isOurScript = true } = known;
    return {
      ...now,
      id: { pid, startTicks: startS, exe },
      user: this.#users.name(seen.uid),
      runtime,
      kind: classify(argv, runtime),
      exePath: exe,
      argv,
      command: argv.length === 0 ? printable(name) : commandLine(argv),
      cwd: known.cwd,
      scriptPath,
      isOurScript,
      startTimeMs: startS * 1000,
      ageMs: known.ageMs,
      ageErrorMs: known.ageErrorMs,
      memoryBytes: null,
      faults: null,
    };
  }
}

/** Accounts of macOS have no line in /etc/passwd; id(1) asks whatever knows them. */
const askForName = (uid: number): string | null => {
  const id = Bun.spawnSync(["id", "-un", String(uid)], { env: PLAIN_ENV, stdin: "ignore", stderr: "ignore" });
  return id.exitCode === 0 ? id.stdout.toString().trim() : null;
};
