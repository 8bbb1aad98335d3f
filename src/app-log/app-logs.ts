/**
 * Brings what apps write from their spools into their log files. The kernel tells which spool has grown; its
 * new bytes are written, and their room in the spool is given back. Nothing here polls.
 */
import { closeSync } from "node:fs";
import { join } from "node:path";
import { watchGrowth } from "../os/select.ts";
import type { AppLogs, AppOutput, LoggedInstance, OutputLoss } from "../ports/app-logs.ts";
import { ownUid } from "../trust/open.ts";
import { messageOf } from "../text/system-error.ts";
import { makePrivate } from "../trust/state.ts";
import { logFilesOf, spoolsOf } from "./files.ts";
import type { LogFile } from "./log/log-file.ts";
import { LogFiles } from "./log/log-files.ts";
import { Course } from "./course.ts";
import { spoolName } from "./spool/names.ts";
import { SpoolOwners } from "./spool/owners.ts";
import { TURN_BYTES, Turns } from "./turns.ts";

interface AppLogsOptions {
  /** The directory for our files. It is ours alone, and it is made if it is missing. */
  readonly directory: string;
  /** Called when lines do not reach a log file, with the reason; null = they do again. */
  readonly onTrouble?: (path: string, why: string | null) => void;
  /** Called with what an app is to write to. */
  readonly mark?: (fd: number) => void;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Instance {
  logged: LoggedInstance;
  readonly out: Course | null;
  readonly err: Course | null;
  /** Somebody looks after the instance. */
  isClaimed: boolean;
  /** The instance is removed once it is drained. */
  isClosing: boolean;
}

/** Takes up what a dead manager has left. Throws an error if the directory cannot be ours. */
export function openAppLogs(options: AppLogsOptions): AppLogs {
  const spools = spoolsOf(options.directory);
  for (const directory of [options.directory, spools, join(options.directory, "files")]) {
    const problem = makePrivate(directory, ownUid());
    if (problem !== null) throw new Error(`${directory}, for the output of apps, ${problem}`);
  }
  return new SpooledLogs(options, spools);
}

class SpooledLogs implements AppLogs {
  readonly #owners: SpoolOwners;
  readonly #files: LogFiles;
  readonly #watch: Disposable;
  readonly #instances = new Map<string, Instance>();
  /** The courses, by the name of their spool. */
  readonly #courses = new Map<string, Course>();
  readonly #turns: Turns;
  readonly #untold: OutputLoss[] = [];
  readonly #mark: AppLogsOptions["mark"];
  #onLoss = (loss: OutputLoss): void => void this.#untold.push(loss);

  constructor({ directory, onTrouble = () => {}, mark }: AppLogsOptions, spools: string) {
    this.#mark = mark;
    this.#turns = new Turns(
      () => this.#courses.values(),
      () => {
        for (const instance of this.#instances.values()) this.#removeIfDrained(instance);
      },
      ({ spool }, error) => onTrouble(spool.path, messageOf(error)),
    );
    this.#owners = new SpoolOwners(spools);
    this.#files = new LogFiles(join(directory, "files"), onTrouble);
    this.#watch = watchGrowth(spools, (names) => this.#onGrown(names));
    // all courses are opened before the first line is written, because a checkpoint may be about any of them
    for (const logged of this.#owners.read())
      try {
        this.#follow(logged);
      } catch (error) {
        onTrouble(join(spools, logged.key), messageOf(error));
      }
    void this.#onGrown(null);
  }

  open(logged: LoggedInstance): AppOutput {
    const instance = this.#claim(logged);
    using opened = new DisposableStack();
    const open = (course: Course | null): number | "ignore" => {
      if (course === null || course.logs().length === 0) return "ignore";
      course.begin(TURN_BYTES);
      return opened.adopt(course.spool.openForWriting(this.#mark), closeSync);
    };
    const streams = [open(instance.out), open(instance.err)] as const;
    const both = opened.move();
    return { streams, release: () => both[Symbol.dispose]() };
  }

  resume(logged: LoggedInstance): void {
    this.#claim(logged);
  }

  async drained(key: string): Promise<void> {
    const stopped = this.#coursesOf(key).map((course) => ({ course, run: course.run }));
    // the next start comes first
    await nextTurn();
    for (const { course, run } of stopped) {
      await this.#drain(course);
      // the next run may have begun meanwhile, and be in the middle of a line
      if (course.run === run && !course.isOver) course.end();
    }
  }

  async close(key: string): Promise<void> {
    const instance = this.#instances.get(key);
    if (instance === undefined) return;
    instance.isClosing = true;
    await this.drained(key);
    // it may have been opened again meanwhile, with other settings
    this.#removeIfDrained(this.#instances.get(key) ?? instance);
  }

  async closeOthers(): Promise<void> {
    const failed: unknown[] = [];
    for (const [key, { isClaimed }] of this.#instances)
      if (!isClaimed) await this.close(key).catch((error: unknown) => failed.push(error));
    this.#owners.removeOthers();
    if (failed.length > 0) throw new AggregateError(failed, failed.map(messageOf).join("; "));
  }

  lastErrorLines(key: string, most: number): readonly string[] {
    return this.#instances.get(key)?.err?.lastLines(most) ?? [];
  }

  async line(key: string, pattern: RegExp, signal: AbortSignal): Promise<void> {
    const courses = this.#coursesOf(key);
    const looking = new AbortController();
    const stop = AbortSignal.any([signal, looking.signal]);
    try {
      await Promise.any(courses.map((course) => course.line(pattern, stop)));
    } catch {
      signal.throwIfAborted();
      throw new Error(`${key} has no output that could be looked at`);
    } finally {
      looking.abort();
    }
  }

  truncate(instances: readonly LoggedInstance[]): void {
    this.#toEach(instances, (log) => log.truncate());
  }

  rotate(instances: readonly LoggedInstance[]): void {
    this.#toEach(instances, (log) => log.rotate());
  }

  onLoss(told: (loss: OutputLoss) => void): void {
    this.#onLoss = told;
    for (const loss of this.#untold.splice(0)) told(loss);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
    this.#turns[Symbol.dispose]();
    for (const course of this.#courses.values()) {
      await this.#drain(course);
      course[Symbol.dispose]();
    }
    this.#courses.clear();
    this.#files[Symbol.dispose]();
  }

  /** Drains what is there now: we do not wait for an app that never stops writing. */
  async #drain(course: Course): Promise<void> {
    if (course.isOver) return;
    const { size } = course.spool;
    while (this.#turns.take(course) === "more" && !course.isDrained(size)) await nextTurn();
  }

  #claim(logged: LoggedInstance): Instance {
    const known = this.#instances.get(logged.key);
    const isSame =
      known?.logged.policy === logged.policy &&
      known.logged.app === logged.app &&
      known.logged.number === logged.number;
    const instance = isSame ? known : this.#follow(logged);
    instance.isClaimed = true;
    instance.isClosing = false;
    return instance;
  }

  #follow(logged: LoggedInstance): Instance {
    const known = this.#instances.get(logged.key);
    this.#owners.write(logged);
    const course = (stream: "out" | "err"): Course | null => {
      const paths = logFilesOf(logged.policy, stream, logged.number);
      const name = spoolName(logged.key, stream);
      const present = this.#courses.get(name) ?? null;
      if (paths.length === 0 && present === null) return null;
      const found = present ?? this.#newCourse(logged.key, name);
      this.#courses.set(name, found);
      found.lead(paths.map((path) => this.#files.at(path, logged.policy)));
      return found;
    };
    const courses = { out: course("out"), err: course("err") };
    const instance: Instance = { isClaimed: false, isClosing: false, ...known, logged, ...courses };
    this.#files.prune();
    this.#instances.set(logged.key, instance);
    return instance;
  }

  #newCourse(key: string, name: string): Course {
    const onLoss = (lines: number, words: string): void => this.#onLoss({ key, lines, words });
    return new Course(key, join(this.#owners.directory, name), onLoss);
  }

  #coursesOf(key: string): readonly Course[] {
    const instance = this.#instances.get(key);
    return [instance?.out, instance?.err].filter((course) => course !== null && course !== undefined);
  }

  #toEach(instances: readonly LoggedInstance[], act: (log: LogFile) => void): void {
    const logs = instances.flatMap((one) =>
      this.#instances.has(one.key)
        ? this.#coursesOf(one.key).flatMap((course) => course.logs())
        : this.#files.left(one),
    );
    for (const log of new Set(logs)) act(log);
    this.#files.prune();
  }

  #onGrown(names: ReadonlySet<string> | null): Promise<void> | null {
    if (names === null) return this.#turns.grown(this.#courses.values());
    return this.#turns.grown([...names].flatMap((name) => this.#courses.get(name) ?? []));
  }

  #removeIfDrained(instance: Instance): void {
    const courses = this.#coursesOf(instance.logged.key);
    if (!instance.isClosing || !courses.every((course) => course.isDrained())) return;
    for (const course of courses) {
      course.remove();
      this.#courses.delete(course.name);
      this.#turns.forget(course);
    }
    this.#owners.remove(instance.logged.key);
    this.#instances.delete(instance.logged.key);
    this.#files.prune();
  }
}
