/**
 * Apps that crash at random, disks that fill up, a manager that is KILLed, and people who ask for things meanwhile. An
 * observer that asks only the kernel counts processes; what is to be so in the end is known from what was asked.
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ServiceError } from "../../src/wire/client.ts";
import type { InstanceDocument, Selection } from "../../src/wire/manager.ts";
import { wholeLog } from "../support/app-logs.ts";
import { fullDisk, type FullDisk } from "../support/full-disk.ts";
import { scratchProject } from "../support/launch.ts";
import {
  isGone,
  managedFolder,
  manager,
  tagged,
  type ManagedFolder,
  type Running,
} from "../support/manage.ts";
import { Random } from "../support/random.ts";

export interface ManagerReport {
  readonly apps: number;
  readonly crashes: number;
  readonly kills: number;
  readonly requests: number;
  /** Times that the manager did not answer at once (3 s): what a machine with no time left does too. */
  readonly silences: number;
  readonly runs: number;
  readonly lines: number;
  /** Two processes of one instance at one moment, outside a reload. */
  readonly doubles: readonly string[];
  /** What is not as it was asked for, once all is quiet. */
  readonly wrong: readonly string[];
  readonly orphans: readonly string[];
  /** Lines that were written and are in no file, or are there twice, altered or out of order. */
  readonly lost: readonly string[];
}

export interface ManagerLoad {
  readonly apps: number;
  /** Between two things that happen, on average. */
  readonly everyMs: number;
  readonly diskKb: number;
}

const FULL: ManagerLoad = { apps: 50, everyMs: 60, diskKb: 262_144 };
/** So often somebody asks again before the manager is left alive for once. */
const PATIENT_TRIES = 50;
const SETTLED_WITHIN_MS = 120_000;
const FIXTURE = resolve(import.meta.dir, "../fixtures/manage/numbered.ts");
/** What the fixture writes at once. */
const MOST_UNNOTED = 20;

interface Wanted {
  instances: number;
  isRunning: boolean;
  edition: number;
  /** What is being asked of it, and not answered yet. */
  busy: "no" | "yes" | "reload";
}

export async function managerRounds(seconds: number, seed: number, load = FULL): Promise<ManagerReport> {
  using project = scratchProject(null);
  const at = (name: string): string => join(project.directory, name);
  mkdirSync(at(".kiro/account/bun-watchdog"), { recursive: true, mode: 0o700 });
  using logs = fullDisk(at("logs"), load.diskKb);
  using state = fullDisk(at(".kiro/account/bun-watchdog/bunctl"), load.diskKb);
  for (const disk of [logs, state]) disk.free();
  Bun.spawnSync(["chmod", "700", at(".kiro/account/bun-watchdog/bunctl")]);
  mkdirSync(at("notes"));
  await using folder = managedFolder(project);
  const soak = new Soak(folder, { logs, state }, new Random(seed), load);
  // not before that is what is used here given back
  return await soak.play(seconds);
}

class Soak {
  readonly #wanted = new Map<string, Wanted>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #doubles = new Set<string>();
  readonly #wrong: string[] = [];
  #crashes = 0;
  #kills = 0;
  #requests = 0;
  #silences = 0;
  #isOver = false;
  #isDead = false;
  /** Requests that many deaths have cut off: on a machine without time none of them would ever be done. */
  #starving = 0;

  constructor(
    private readonly folder: ManagedFolder,
    private readonly disks: { readonly logs: FullDisk; readonly state: FullDisk },
    private readonly random: Random,
    private readonly load: ManagerLoad,
  ) {
    for (let number = 0; number < load.apps; number++)
      this.#wanted.set(`app${number}`, {
        instances: number % 10 === 9 ? 2 : 1,
        isRunning: true,
        edition: 0,
        busy: "no",
      });
  }

  async play(seconds: number): Promise<ManagerReport> {
    this.#declare();
    await this.folder.ok("start");
    const endMs = performance.now() + seconds * 1_000;
    const observer = this.#observe();
    while (performance.now() < endMs) {
      this.#step();
      await Bun.sleep(this.random.whole(0, 2 * this.load.everyMs));
    }
    await Promise.all(this.#underWay);
    const wrong = await this.#settled();
    this.#isOver = true;
    await observer;
    const orphans = this.#orphans();
    await this.#answered(() => this.folder.ok("stop", "all"));
    const left = this.folder.living().map((pid) => `pid ${pid} lives on after stop: ${commandOf(pid)}`);
    const { runs, lines, lost } = this.#lines();
    return {
      apps: this.#wanted.size,
      crashes: this.#crashes,
      kills: this.#kills,
      requests: this.#requests,
      silences: this.#silences,
      runs,
      lines,
      doubles: [...this.#doubles],
      wrong: [...this.#wrong, ...wrong].slice(0, 20),
      orphans: [...orphans, ...left].slice(0, 20),
      lost: lost.slice(0, 20),
    };
  }

  #declare(): void {
    this.folder.declare(
      ...[...this.#wanted].map(([name, { instances, edition }]) => ({
        name,
        instances,
        script: FIXTURE,
        args: [join(this.folder.directory, "notes"), "10"],
        env: { NAME: name, EDITION: String(edition) },
        min_uptime: 0,
        kill_timeout: 5_000,
        merge_logs: true,
        log_max_size: "200K",
        log_keep: 10_000,
      })),
    );
  }

  #step(): void {
    const chance = this.random.next();
    if (chance < 0.45) this.#signal(this.random.chance(0.5) ? "SIGKILL" : "SIGUSR1");
    else if (chance < 0.6) this.#signal("SIGUSR2");
    else if (chance < 0.65) this.#begin(() => this.#killManager());
    else if (chance < 0.67) this.#begin(() => this.#full(this.disks.logs));
    else if (chance < 0.68) this.#begin(() => this.#full(this.disks.state));
    else this.#ask();
  }

  #begin(act: () => Promise<void>): void {
    const done = act().catch((error: unknown) => {
      if (isSilence(error)) this.#silences++;
      else this.#wrong.push(String(error));
    });
    this.#underWay.add(done);
    void done.then(() => this.#underWay.delete(done));
  }

  #signal(name: "SIGKILL" | "SIGUSR1" | "SIGUSR2"): void {
    const all = mains();
    if (all.length === 0) return;
    const { pid } = this.random.pick(all);
    // one that has not come to its first line is not deaf to it yet, and dies: a crash as well
    if (isGone(pid)) return;
    process.kill(pid, name);
    if (name !== "SIGUSR2") this.#crashes++;
  }

  async #killManager(): Promise<void> {
    if (this.#isDead || this.#starving > 0) return;
    this.#isDead = true;
    try {
      if (!(await this.folder.killManager())) return;
      this.#kills++;
      await Bun.sleep(this.random.whole(0, 400));
    } finally {
      this.#isDead = false;
    }
    await this.#answered(() => this.folder.ok("daemon", "start"));
  }

  #fullNow = false;

  async #full(disk: FullDisk): Promise<void> {
    if (this.#fullNow) return;
    this.#fullNow = true;
    disk.fill();
    await Bun.sleep(this.random.whole(100, 1_500));
    disk.free();
    this.#fullNow = false;
  }

  #ask(): void {
    const name = this.random.pick([...this.#wanted.keys()]);
    const app = this.#wanted.get(name);
    if (app === undefined || app.busy !== "no") return;
    const selection: Selection = { words: [name], directory: this.folder.directory };
    const chance = this.random.next();
    const restart = (how: "restart" | "reload") =>
      by((running) => running.restart(selection, { how, parallel: false, shellEnv: null }));
    if (chance < 0.25) {
      app.isRunning = true;
      this.#askFor(app, "yes", restart("restart"));
    } else if (chance < 0.5) {
      // of who does not run a reload is a start
      app.isRunning = true;
      this.#askFor(app, "reload", restart("reload"));
    } else if (chance < 0.65) {
      app.isRunning = false;
      this.#askFor(
        app,
        "yes",
        by((running) => running.stopApps(selection)),
      );
    } else if (chance < 0.75) {
      app.isRunning = true;
      this.#askFor(
        app,
        "yes",
        by((running) => running.startAgain(selection, { ifRunning: "keep", updateEnv: false })),
      );
    } else if (chance < 0.85 && app.isRunning) {
      app.instances = this.random.whole(1, 3);
      this.#askFor(
        app,
        "yes",
        by((running) => running.scale(selection, String(app.instances))),
      );
    } else if (chance < 0.95) this.#edit(app);
    else {
      app.isRunning = true;
      this.#askFor(app, "yes", async () => {
        // the file says how many there are
        this.#declare();
        await this.folder.bunctl("delete", name);
        return this.folder.ok("start", name);
      });
    }
  }

  /** The file is the same for all: only who is not busy may be changed by it. */
  #edit(app: Wanted): void {
    const others = [...this.#wanted.values()].some((other) => other.busy !== "no");
    if (others) return;
    app.edition++;
    for (const each of this.#wanted.values()) each.busy = "yes";
    this.#declare();
    this.#begin(async () => {
      await this.#answered(() => this.folder.ok("apply"));
      for (const each of this.#wanted.values()) each.busy = "no";
    });
  }

  #askFor(app: Wanted, busy: "yes" | "reload", question: () => Promise<unknown>): void {
    app.busy = busy;
    this.#begin(async () => {
      try {
        await this.#answered(question);
      } finally {
        app.busy = "no";
      }
    });
  }

  /** As a person does: where the manager dies over it, it is asked again. */
  async #answered(question: () => Promise<unknown>): Promise<void> {
    let isStarving = false;
    try {
      for (let tries = 0; ; tries++)
        try {
          this.#requests++;
          await question();
          return;
        } catch (error) {
          if (tries > 400 || !isDeath(error)) throw error;
          if (isSilence(error)) this.#silences++;
          if (tries > PATIENT_TRIES && !isStarving) {
            isStarving = true;
            this.#starving++;
          }
          await Bun.sleep(100);
        }
    } finally {
      if (isStarving) this.#starving--;
    }
  }

  async #observe(): Promise<void> {
    while (!this.#isOver) {
      for (const [key, all] of Map.groupBy(mains(), ({ key: one }) => one)) {
        const app = this.#wanted.get(key.split(" ")[0] ?? "");
        if (all.length < 2 || app?.busy !== "no") continue;
        // each of them was there before the other one was looked at again
        const pids = new Set(all.map(({ pid }) => pid));
        // a child that has not come to its own program yet looks like its parent
        const both = all.filter(({ pid }) => !isGone(pid) && !pids.has(parentOf(pid)));
        if (both.length > 1) this.#doubles.add(`${key}: ${both.map(({ pid }) => pid).join(" and ")}`);
      }
      await Bun.sleep(100);
    }
  }

  /** What is still not as it was asked for when it is given up. */
  async #settled(): Promise<readonly string[]> {
    for (const disk of [this.disks.logs, this.disks.state]) disk.free();
    await this.#answered(() => this.folder.ok("daemon", "start"));
    const endMs = performance.now() + SETTLED_WITHIN_MS;
    for (;;) {
      let wrong: readonly string[] = [];
      await this.#answered(async () => void (wrong = await this.#differences()));
      if (wrong.length === 0 || performance.now() > endMs) return wrong;
      await Bun.sleep(200);
    }
  }

  async #differences(): Promise<readonly string[]> {
    const { apps } = await this.folder.apps();
    const there = Map.groupBy(mains(), ({ key }) => key.split(" ")[0] ?? "");
    const unknown = apps
      .filter(({ spec }) => !this.#wanted.has(spec.name))
      .map(({ spec }) => `${spec.name} is known`);
    const differing = [...this.#wanted].flatMap(([name, wanted]) => {
      const pids = (there.get(name) ?? []).map(({ pid }) => pid);
      const shown = apps.find(({ spec }) => spec.name === name)?.instances ?? null;
      const told = shown?.map(({ state, root }) => `${state} ${root?.pid ?? "-"}`);
      const alive = pids.map((pid) => `${pid} (edition ${variable(pid, "EDITION")})`);
      const what = `${name}: ${JSON.stringify(wanted)}; status: ${told?.join(", ")}; alive: ${alive.join(", ")}`;
      if (!isAsWanted(wanted, shown, pids)) return [what];
      return shown?.some(({ lostLines }) => lostLines > 0) === true
        ? [`${name}: lines are said to be lost`]
        : [];
    });
    return [...unknown, ...differing];
  }

  /** Each main process has one child: who else is there belongs to nobody. */
  #orphans(): readonly string[] {
    const all = new Set(mains().map(({ pid }) => pid));
    return this.folder
      .living()
      .filter((pid) => !all.has(pid) && !all.has(parentOf(pid)))
      .map((pid) => `pid ${pid} (${commandOf(pid)}), parent ${parentOf(pid)}`);
  }

  #lines(): { readonly runs: number; readonly lines: number; readonly lost: readonly string[] } {
    const notes = join(this.folder.directory, "notes");
    const byApp = Map.groupBy(readdirSync(notes), (note) => note.split(".")[0] ?? "");
    let [runs, lines] = [0, 0];
    const lost: string[] = [];
    for (const [app, all] of byApp) {
      const text = wholeLog(join(this.folder.directory, "logs", `${app}-out.log`)).toString();
      const { seen, faults } = read(app, text);
      lost.push(...faults);
      for (const note of all) {
        const run = note.split(".")[2] ?? "";
        const noted = Number(readFileSync(join(notes, note), "utf8"));
        const logged = seen.get(run) ?? 0;
        if (logged < noted || logged > noted + MOST_UNNOTED)
          lost.push(`${note}: ${noted} written, ${logged} logged`);
        runs++;
        lines += logged;
      }
    }
    return { runs, lines, lost };
  }
}

function isAsWanted(
  { instances, isRunning, edition }: Wanted,
  shown: readonly InstanceDocument[] | null,
  pids: readonly number[],
): boolean {
  if (shown === null) return false;
  if (!isRunning) return shown.every(({ state }) => state === "stopped") && pids.length === 0;
  return (
    [shown.length, pids.length].every((count) => count === instances) &&
    shown.every(({ state, root }) => state === "online" && pids.includes(root?.pid ?? 0)) &&
    pids.every((pid) => variable(pid, "EDITION") === String(edition))
  );
}

const LINE = /^(?<run>\d+-\d+) (?<number>\d+) \d+ (?<filler>é*)\.$/u;

/** A KILL breaks a write off after any of its bytes. */
const RUN_OR_PART = /^\d+-?\d*$/u;

/** How many lines of each run are there, each once and in order. The last one of a run that was KILLed may have no end. */
function read(
  app: string,
  text: string,
): { readonly seen: ReadonlyMap<string, number>; readonly faults: readonly string[] } {
  const seen = new Map<string, number>();
  const cut = new Map<string, string>();
  const faults: string[] = [];
  for (const line of text.split("\n")) {
    const {
      run = (/^\d+-\d+/u.exec(line) ?? RUN_OR_PART.exec(line))?.[0] ?? "",
      number = "",
      filler = "",
    } = LINE.exec(line)?.groups ?? {};
    const next = seen.get(run) ?? 0;
    const before = cut.get(run);
    if (before !== undefined) faults.push(`${app}: altered: ${JSON.stringify(before.slice(0, 80))}`);
    cut.delete(run);
    if (number === "" && line !== "") cut.set(run, line);
    else if (line !== "" && (Number(number) !== next || filler.length !== next % 90))
      faults.push(`${app}: line ${next} of ${run} was to come, there is ${number}`);
    if (number !== "") seen.set(run, Number(number) + 1);
  }
  for (const [run, line] of cut)
    if (!RUN_OR_PART.test(run)) faults.push(`${app}: altered: ${JSON.stringify(line.slice(0, 80))}`);
  return { seen, faults };
}

const by =
  (question: (running: Running) => Promise<unknown>): (() => Promise<unknown>) =>
  async () =>
    question(await manager());

interface Main {
  readonly pid: number;
  /** Its app and the number of its instance. */
  readonly key: string;
}

/** The main processes of all apps. */
const mains = (): readonly Main[] =>
  tagged("BUNCTL_TEST_APP").flatMap((pid) => {
    if (!commandOf(pid).includes(basename(FIXTURE))) return [];
    const name = variable(pid, "NAME");
    return name === null ? [] : [{ pid, key: `${name} ${variable(pid, "NODE_APP_INSTANCE") ?? "0"}` }];
  });

const procText = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // it has ended
    return "";
  }
};

const commandOf = (pid: number): string => procText(pid, "cmdline").replaceAll("\0", " ");
const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)/mu.exec(procText(pid, "status"))?.[1] ?? 0);
const variable = (pid: number, name: string): string | null =>
  procText(pid, "environ")
    .split("\0")
    .find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? null;

const isSilence = (error: unknown): boolean =>
  error instanceof Error && /does not answer/u.test(error.message);

/** What a request says that a KILLed manager does not answer. */
const isDeath = (error: unknown): boolean =>
  error instanceof ServiceError ||
  (error instanceof Error &&
    /no manager runs|ECONNRESET|ECONNREFUSED|ENOENT|socket connection was closed|FailedToOpenSocket|ConnectionClosed|Unable to connect|meanwhile|did not start|does not answer|disk is full|ENOSPC|no space/iu.test(
      error.message,
    ));
