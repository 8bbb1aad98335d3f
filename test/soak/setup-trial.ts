/** `setup` of one shape, there and back, whole, KILLed at each of its calls that change a file, and on disks with room for a part. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import type { CliResult } from "../support/launch.ts";
import type { Picture } from "../newcomer/picture.ts";
import { type SetupCalls, setupCalls } from "../newcomer/setup-here.ts";
import { messageOf } from "../../src/text/system-error.ts";
import type { SetupOptions } from "../../src/setup/run.ts";
import type { SetupResult } from "../../src/setup/text.ts";
import { type SetupProject, setupProject } from "../newcomer/setup-project.ts";
import type { Shape } from "../newcomer/setup-shapes.ts";

/** What gives or takes a name. Bun's own cache uses other calls for it (renameat(2)). */
export const NAMES: readonly string[] = ["rename", "unlink", "rmdir", "mkdir"];
/** And what makes sure of a text: a KILL comes before the call, so between all of these. */
export const CALLS: readonly string[] = [...NAMES, "fsync", "chmod"];

const KILLED = 137;

export type Room = "pages" | "names";

export type Wishes = Pick<Partial<SetupOptions>, "ci" | "shim" | "hook">;

const argsOf = (wishes: Wishes): readonly string[] => [
  "--json",
  ...Object.entries(wishes).map(([name, wish]) =>
    wish === true ? `--${name}` : `--${name}=${String(wish)}`,
  ),
];

type Ended = Pick<CliResult, "exitCode" | "stderr">;

/** As the command would end. */
function ended(act: () => SetupResult): Ended {
  try {
    return { exitCode: act().refused.length > 0 ? 1 : 0, stderr: "" };
  } catch (error) {
    return { exitCode: 1, stderr: messageOf(error) };
  }
}

export class SetupTrial implements Disposable {
  readonly faults: string[] = [];
  /** What setup changes here. */
  changed: readonly string[] = [];
  kills = 0;
  refused = 0;
  readonly #shape: Shape;
  readonly #wishes: Wishes;
  readonly #calls: SetupCalls;
  readonly #project: SetupProject;
  readonly #state: string;
  /** 1 where something is in the way, which is named. */
  #usualCode = 0;
  #before: Picture = {};
  #after: Picture = {};

  private constructor(shape: Shape, wishes: Wishes, project: SetupProject, state: string) {
    this.#shape = shape;
    this.#wishes = wishes;
    this.#project = project;
    this.#state = state;
    this.#calls = setupCalls(project, state);
  }

  /** `parent`: where the project and the account's records lie. Plays it once there and back. */
  static async of(shape: Shape, wishes: Wishes, parent: string): Promise<SetupTrial> {
    const state = mkdtempSync(join(parent, "bun-watchdog-state-"));
    const project = setupProject(parent, state);
    const trial = new SetupTrial(shape, wishes, project, state);
    await shape.prepare(project);
    trial.#before = project.picture();
    trial.#usualCode = trial.#setup().exitCode;
    trial.#after = project.picture();
    trial.changed = unlike(trial.#before, trial.#after);
    trial.#setup();
    trial.#compare("a second setup", trial.#after);
    trial.#back("the uninstall");
    return trial;
  }

  [Symbol.dispose](): void {
    this.#project[Symbol.dispose]();
    rmSync(this.#state, { recursive: true, force: true });
  }

  /** At each of `calls`, on the way there and on the way back. */
  async killAtEach(calls: readonly string[]): Promise<void> {
    for (const way of ["there", "back"] as const)
      for (const call of calls) for (let at = 1; await this.killAt(way, call, at); at++);
  }

  /** false: it has no call of that number. Twice, for the next one may be a setup or an uninstall. */
  async killAt(way: "there" | "back", call: string, at: number): Promise<boolean> {
    const what = `${way}, KILLed at its ${call} ${at}:`;
    const begin = async (): Promise<boolean> => {
      if (way === "back") this.#setup();
      return await this.#killed(way === "there" ? argsOf(this.#wishes) : ["--uninstall"], call, at);
    };
    const isKilled = await begin();
    if (isKilled) {
      this.#halfway(what);
      this.#setup();
      this.#compare(`${what} the next setup`, this.#after);
      this.#back(`${what} the uninstall of the next setup`);
      await begin();
    }
    this.#back(`${what} the next uninstall`);
    return isKilled;
  }

  /** false: it came to its end before. */
  async #killed(args: readonly string[], call: string, at: number): Promise<boolean> {
    // the main thread alone, where ours runs; with --seccomp-bpf strace injects no signal
    const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=KILL:when=${at}`];
    const strace = ["strace", "-qq", "-o", "/dev/null", ...inject];
    const program = [process.execPath, join(repository, "scripts/fix-runaway-bun.ts")];
    const { exitCode } = await this.#project.run(
      [...strace, ...program, "setup", ...args],
      this.#shape.below,
    );
    if (exitCode === KILLED) this.kills += 1;
    return exitCode === KILLED;
  }

  /** A draft that was about to be renamed may lie there, never a half file under its own name. */
  #halfway(what: string): void {
    for (const [path, shown] of Object.entries(this.#project.picture()))
      if (!path.endsWith(".bun-watchdog-new") && ![this.#before[path], this.#after[path]].includes(shown))
        this.#fault(`${what} ${path} is ${JSON.stringify(shown)}`);
  }

  /** With so many pages, or names, free on `disk`: it works, or it changes nothing and says so; how often it did that. */
  withRoom(disk: string, of: Room, free: number): number {
    const before = this.refused;
    const what = `with ${free} ${of} free`;
    const there = withoutRoom(disk, of, free, () => this.#setup());
    if (this.#allOrNothing(`${what}, setup`, there, this.#before, this.#after)) this.#setup();
    const back = withoutRoom(disk, of, free, () => this.#uninstall());
    this.#allOrNothing(`${what}, the uninstall`, back, this.#after, this.#before);
    this.#back(`${what}, the last uninstall`);
    return this.refused - before;
  }

  /** true: it was refused. */
  #allOrNothing(what: string, { exitCode, stderr }: Ended, old: Picture, now: Picture): boolean {
    const isRefused = exitCode === 1 && stderr.includes("Nothing was changed");
    this.#compare(what, isRefused ? old : now);
    if (isRefused) this.refused += 1;
    else if (![0, this.#usualCode].includes(exitCode)) this.#fault(`${what} says ${JSON.stringify(stderr)}`);
    return isRefused;
  }

  #setup = (): Ended => ended(() => this.#calls.setUp(this.#shape.below, this.#wishes));
  #uninstall = (): Ended => ended(() => this.#calls.takeBack(this.#shape.below));

  #back(what: string): void {
    // without a record an uninstall goes by what is ours by its name: nobody calls it where no setup has been
    if (this.#records().length === 0 && unlike(this.#before, this.#project.picture()).length === 0) return;
    this.#uninstall();
    this.#compare(what, this.#before);
    for (const name of this.#records()) this.#fault(`${what} leaves ${name}`);
  }

  #records = (): readonly string[] =>
    readdirSync(this.#state, { recursive: true })
      .map(String)
      .filter((name) => name.includes("setup.json"));

  #compare(what: string, wanted: Picture): void {
    const now = this.#project.picture();
    for (const path of unlike(now, wanted))
      this.#fault(`${what}: ${path} is ${JSON.stringify(now[path])}, not ${JSON.stringify(wanted[path])}`);
  }

  #fault(what: string): void {
    this.faults.push(`${this.#shape.name}: ${what}`);
  }
}

const unlike = (one: Picture, other: Picture): readonly string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((path) => one[path] !== other[path]);

function withoutRoom<T>(disk: string, of: Room, free: number, act: () => T): T {
  const filler = join(disk, "filler");
  const { bavail, bsize, ffree } = statfsSync(disk);
  if (of === "pages") writeFileSync(filler, Buffer.alloc(Math.max(0, bavail - free) * bsize));
  else {
    mkdirSync(filler);
    for (let at = 1; at < ffree - free; at++) writeFileSync(join(filler, String(at)), "");
  }
  try {
    return act();
  } finally {
    rmSync(filler, { recursive: true });
  }
}
