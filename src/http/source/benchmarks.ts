/** Benchmarks and tests of the project: what there is, what came out last, and one run at a time, by `bun-isolate`. */
import { realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Loaded } from "../../config/load.ts";
import { statePath, usualStatePath } from "../../host/state.ts";
import { systemClock } from "../../os/clock.ts";
import { replaceFile } from "../../record/replace-file.ts";
import { readMemory } from "../../runner/test/memory.ts";
import { child, isObject, parsedJson } from "../../text/json.ts";
import { messageOf, orElse } from "../../text/system-error.ts";
import { textAt } from "../../trust/small-files.ts";
import { HttpProblem } from "../problem.ts";
import { filesToRun } from "./files-to-run.ts";
import { Frames } from "./frames.ts";
import { type RunKind, type RunResult, runFileIsolated } from "./isolated-run.ts";

interface Running {
  readonly kind: RunKind;
  readonly file: string;
  readonly at: string;
}

/** A result that was asked for from a page, as it is kept with the records of the project. */
type KeptRun = Running & RunResult;

const RECORD = "page-runs.json";
const MOST_RUNS = 10;
const MOST_TESTS = 1_000;
/** A document that is larger was shown when it came, and is not kept. */
const MOST_KEPT_CHARACTERS = 256 * 1_024;

export class Benchmarks {
  readonly #loaded: Loaded;
  #running: Running | null = null;

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  async document() {
    const { projectRoot } = this.#loaded;
    const memory = readMemory(usualStatePath(this.#loaded, "test-files.json"));
    const tests = Array.from(memory, ([file, known]) => ({ file, ...known }));
    return {
      schemaVersion: 1,
      at: now(),
      project: projectRoot,
      running: this.#running,
      files: await filesToRun(projectRoot),
      tests: tests.toSorted((a, b) => (b.tookMs ?? 0) - (a.tookMs ?? 0)).slice(0, MOST_TESTS),
      runs: this.#kept(),
    };
  }

  /** Frames of an event stream. The run ends with `signal`, and does not wait for a reader. @throws HttpProblem where it cannot begin */
  run(kind: RunKind, file: string, signal: AbortSignal): AsyncGenerator<string, void> {
    if (this.#running !== null)
      throw new HttpProblem(
        409,
        `${this.#running.file} is being run, and two would disturb each other. Wait for its end.`,
      );
    const running = { kind, file: insideOf(this.#loaded.projectRoot, file), at: now() };
    const frames = new Frames();
    this.#running = running;
    void this.#perform(running, frames, signal);
    return frames.read();
  }

  /** Never rejects. */
  async #perform(running: Running, frames: Frames, signal: AbortSignal): Promise<void> {
    frames.add("begun", running);
    try {
      const onRunning = (tookMs: number): void => frames.add("running", { tookMs });
      const result = await runFileIsolated({ ...running, cwd: this.#loaded.projectRoot, signal, onRunning });
      frames.add("because" in result ? "failed" : "result", result);
      // of a run that somebody has ended there is a document, too
      if (!("because" in result) && !signal.aborted) this.#keep({ ...running, ...result });
    } catch (error) {
      // no process could be started, or the disk does not take the result
      frames.add("failed", { because: messageOf(error) });
    } finally {
      this.#running = null;
      frames.end();
    }
  }

  #kept(): readonly KeptRun[] {
    const runs = child(
      parsedJson(textAt(usualStatePath(this.#loaded, RECORD), "ENOENT", "ENOTDIR") ?? ""),
      "runs",
    );
    return Array.isArray(runs) ? runs.filter(isKeptRun) : [];
  }

  /** The last run of each file, the newest first. */
  #keep(run: KeptRun): void {
    const others = this.#kept().filter(({ kind, file }) => kind !== run.kind || file !== run.file);
    const isLarge = JSON.stringify(run.document).length > MOST_KEPT_CHARACTERS;
    const runs = [isLarge ? { ...run, document: null } : run, ...others].slice(0, MOST_RUNS);
    replaceFile(statePath(this.#loaded, RECORD), JSON.stringify({ schemaVersion: 1, runs }));
  }
}

const now = (): string => new Date(systemClock.wallMs()).toISOString();

const isKeptRun = (value: unknown): value is KeptRun =>
  isObject(value) &&
  (value["kind"] === "bench" || value["kind"] === "test") &&
  typeof value["file"] === "string" &&
  typeof value["at"] === "string" &&
  typeof value["tookMs"] === "number" &&
  typeof value["exitCode"] === "number";

/** The file below the project, links resolved, as the project names it. @throws HttpProblem */
function insideOf(project: string, file: string): string {
  const root = realpathSync(project);
  const path = orElse(
    null,
    () => realpathSync(join(root, file)),
    "ENOENT",
    "ENOTDIR",
    "EACCES",
    "ELOOP",
    "ENAMETOOLONG",
  );
  const isInside = path !== null && path.startsWith(root.endsWith(sep) ? root : root + sep);
  if (!isInside || !isFile(path))
    throw new HttpProblem(422, "There is no such file in the project. Those that there are: /api/benchmarks");
  return relative(root, path);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    throw new HttpProblem(422, `It cannot be read: ${messageOf(error)}`);
  }
}
