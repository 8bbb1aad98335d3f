/**
 * Requests, exits, slow kills, failing spawns, full disks and deaths of the manager, in an order that a seed chooses. Whatever it
 * is: no app runs twice, no process is without an owner, what is said is true, and every request is answered.
 */
import { expect, test } from "bun:test";
import type { AppSpec } from "../../../src/core/app/app-spec.ts";
import type { KeptInstance } from "../../../src/manager/ports.ts";
import type { AppsDocument, Selection } from "../../../src/wire/manager.ts";
import { appSpec, AppWorld, type LivingManager } from "../../support/app-world.ts";
import { Random, seed } from "../../support/random.ts";

const RUNS = Number(process.env["RUNS"] ?? 150);
const STEPS = 60;
const NAMES = ["api", "db", "web", "job"];

class Player {
  readonly world = new AppWorld();
  readonly #log: string[] = [];
  manager: LivingManager;
  /** Requests of the living manager that are not answered. */
  readonly pending = new Map<string, Promise<unknown>>();
  #requests = 0;
  /** Whoever was reloaded may have two processes at once. */
  readonly #reloaded = new Set<string>();

  constructor(readonly random: Random) {
    const { world } = this;
    world.random = () => random.next();
    world.manners = {
      spawnMs: () => random.pick([0, 0, 3]),
      spawnError: () => (random.chance(0.1) ? "ENOENT" : null),
      obeysAfterMs: () => random.pick([0, 5, 5, 700, null]),
      cleanMs: () => random.pick([0, 0, 40]),
    };
    this.manager = world.manager();
  }

  async play(): Promise<void> {
    await this.manager.recover();
    for (let step = 0; step < STEPS; step++) {
      await this.#step();
      await this.world.clock.settle();
      this.check();
      truth(await this.manager.answers.apps(null), this.world);
    }
    await this.calm();
  }

  /** Nothing bad happens any more: everything comes to its end. */
  async calm(): Promise<void> {
    const { world } = this;
    if (world.diskError !== null) await this.#disk();
    world.manners = { spawnMs: () => 0, spawnError: () => null, obeysAfterMs: () => 1, cleanMs: () => 0 };
    // a wait for a message or a line ends with its time
    await world.clock.advance(120_000);
    await this.manager.answers.reset({ words: ["all"], directory: "/" });
    this.check();
    truth(await this.manager.answers.apps(null), world);
    if (this.pending.size > 0) throw new Error(`not answered: ${[...this.pending.keys()].join("; ")}`);
    const { apps } = await this.manager.answers.apps(null);
    for (const { spec, instances } of apps) {
      if (spec.instances !== instances.length) throw new Error(`${spec.name} has ${instances.length} places`);
      for (const { state, id } of instances)
        if (!["online", "stopped", "retrying", "waiting", "starting"].includes(state))
          throw new Error(`${id} ${spec.name} is ${state} for ever`);
    }
  }

  async #step(): Promise<void> {
    const { random, world } = this;
    const turn = random.next();
    if (turn < 0.5) this.#ask();
    else if (turn < 0.65) await world.clock.advance(random.pick([1, 10, 100, 1_000, 20_000]));
    else if (turn < 0.85) this.#exit();
    else if (turn < 0.9) await world.answer();
    else if (turn < 0.94) await this.#disk();
    else await this.#die();
  }

  /** Full, or not any more: the next change brings everything on it that has not found room. */
  async #disk(): Promise<void> {
    const { world } = this;
    world.diskError = world.diskError === null ? "ENOSPC" : null;
    this.#say(`the disk is ${world.diskError === null ? "free" : "full"}`);
    if (world.diskError !== null) return;
    const { answers } = this.manager;
    await answers.reset({ words: ["all"], directory: "/" });
    if ((await answers.apps(null)).apps.length === 0) await this.#startAndRemove();
  }

  /** A change where there is nothing left to change. */
  async #startAndRemove(): Promise<void> {
    const { answers } = this.manager;
    const spec = appSpec("passing", { restart: { ...appSpec("passing").restart, when: "no" } });
    const started = answers.start([spec], { ifRunning: "keep", updateEnv: false });
    await this.world.clock.advance(100);
    await started;
    const removed = answers.remove({ words: ["passing"], directory: "/project" });
    await this.world.clock.advance(20_000);
    await removed;
  }

  async #die(): Promise<void> {
    const { world, random } = this;
    // what could not be kept would be lost with it
    if (world.diskError !== null) await this.#disk();
    const isOrderly = random.chance(0.3);
    this.#say(isOrderly ? "the manager leaves" : "the manager dies");
    const closed = isOrderly ? this.manager.close() : Promise.resolve();
    // a kill that is under way is not left half done
    if (isOrderly) await world.clock.advance(100);
    await closed;
    if (isOrderly && this.pending.size > 0)
      throw new Error(`left waiting: ${[...this.pending.keys()].join("; ")}`);
    this.manager.die();
    this.pending.clear();
    if (random.chance(0.3)) {
      this.#exit();
      await world.clock.advance(random.pick([0, 50, 30_000]));
    }
    const before = lookedAfter(world);
    this.manager = world.manager();
    const recovered = this.manager.recover();
    await world.clock.advance(10);
    await recovered;
    // what ran on meanwhile is the same as before
    const { apps } = await this.manager.answers.apps(null);
    const now = apps.flatMap(({ instances }) => instances);
    for (const { id, jobId, restarts } of before.filter((one) => this.#runs(one.jobId)))
      expect(now.find((one) => one.id === id)).toMatchObject({
        jobId,
        restarts,
        state: "online",
        adopted: true,
      });
  }

  #runs(jobId: string | null): boolean {
    return this.world.alive.some((one) => one.jobId === jobId && one.hasMain && one.told.length === 0);
  }

  #exit(): void {
    const { random, world } = this;
    if (world.alive.length === 0) return;
    const process = random.pick(world.alive);
    this.#say(`${process.config.name} (${process.jobId}) exits`);
    void world.exit(process, { code: random.pick([0, 1]) });
  }

  #ask(): void {
    const { random } = this;
    const { answers } = this.manager;
    const name = random.pick(NAMES);
    const selection: Selection = { words: [random.pick([name, name, "all", "0"])], directory: "/project" };
    const specs = [this.#spec(name), ...(random.chance(0.3) ? [this.#spec(random.pick(NAMES))] : [])];
    const ifRunning = random.pick(["keep", "restart", "reload"] as const);
    const parallel = random.chance(0.5);
    const what = random.whole(0, 11);
    const ask = (words: string, asked: Promise<unknown>): void => {
      const title = `${++this.#requests} ${words}`;
      this.#say(title);
      this.pending.set(title, asked);
      void asked.then(
        () => this.pending.delete(title),
        (error: unknown) => {
          if (!String(error).includes("The manager is ending"))
            this.#failures.push(`${title}: ${String(error)}`);
          this.pending.delete(title);
        },
      );
    };
    const words = selection.words.join(" ");
    if (what <= 3)
      ask(`start ${name} ${ifRunning}`, answers.start(specs, { ifRunning, updateEnv: parallel }));
    else if (what === 4)
      ask(
        `start again ${words} ${ifRunning}`,
        answers.startAgain(selection, { ifRunning, updateEnv: false }),
      );
    else if (what === 5) ask(`stop ${words}`, answers.stopApps(selection));
    else if (what === 6)
      ask(`restart ${words}`, answers.restart(selection, { how: "restart", parallel, shellEnv: null }));
    else if (what === 7)
      ask(`reload ${words}`, answers.restart(selection, { how: "reload", parallel, shellEnv: null }));
    else if (what === 8) ask(`remove ${words}`, answers.remove(selection));
    else if (what === 9) ask(`scale ${words}`, answers.scale(selection, random.pick(["1", "2", "+1", "-1"])));
    else if (what === 10) ask("apply", answers.apply(specs, "/project", { prune: parallel, dryRun: false }));
    else
      ask(
        "save and resurrect",
        answers.save().then(() => answers.resurrect()),
      );
    if (what <= 4 || what === 7) this.#reloaded.add(name);
  }

  readonly #failures: string[] = [];

  #spec(name: string): AppSpec {
    const { random } = this;
    return appSpec(name, {
      instances: random.pick([1, 1, 2]),
      env: { VERSION: String(random.whole(1, 3)) },
      restart: { ...appSpec(name).restart, when: random.pick(["always", "always", "on-failure", "no"]) },
      readiness: random.pick([
        { by: "start" },
        { by: "start" },
        { by: "port", host: "localhost", port: 1, withinMs: 3_000 },
      ]),
      dependsOn: name === "api" && random.chance(0.4) ? ["db"] : [],
      stop: { signal: "SIGTERM", graceMs: 1_000, byMessage: false, tree: random.chance(0.8) },
    });
  }

  /** What holds at every moment at which nothing is under way but what waits for time. */
  check(): void {
    const { world } = this;
    if (this.#failures.length > 0) throw new Error(`rejected: ${this.#failures.join("; ")}`);
    const owners = new Map<string, number>();
    for (const { instances } of world.kept.values())
      for (const { jobId, leaving } of instances.values())
        for (const job of [jobId, ...leaving]) if (job !== null) owners.set(job, (owners.get(job) ?? 0) + 1);
    const at = new Map<string, string[]>();
    for (const process of world.alive) {
      const { name, env } = process.config;
      // who cannot write it down does not lose it either, as long as it lives
      if (world.diskError === null && owners.get(process.jobId) !== 1)
        throw new Error(`${name} (${process.jobId}) has ${owners.get(process.jobId) ?? 0} owners`);
      if (process.told.length > 0) continue;
      const place = `${name} ${env?.["NODE_APP_INSTANCE"]}`;
      at.set(place, [...(at.get(place) ?? []), process.jobId]);
    }
    for (const [place, jobs] of at) {
      const isReloaded = [...this.#reloaded].some((name) => place.startsWith(name)) || this.#reloadsAll;
      if (jobs.length > (isReloaded ? 2 : 1)) throw new Error(`${place} runs as ${jobs.join(" and ")}`);
    }
  }

  get #reloadsAll(): boolean {
    return this.#log.some((line) => /reload/u.test(line));
  }

  #say(line: string): void {
    this.#log.push(`${this.world.clock.wallMs() - 1_000_000}: ${line}`);
  }

  get story(): string {
    return this.#log.join("\n");
  }
}

const lookedAfter = (world: AppWorld): readonly KeptInstance[] =>
  [...world.kept.values()].flatMap(({ instances }) =>
    [...instances.values()].filter(({ phase }) => phase === "online"),
  );

/** What is said is true of the world. */
function truth(document: AppsDocument, world: AppWorld): void {
  for (const { spec, instances } of document.apps)
    for (const { state, root, number } of instances) {
      const alive = world
        .of(spec.name)
        .filter(({ config }) => config.env?.["NODE_APP_INSTANCE"] === String(number));
      if (state === "online" && !alive.some(({ pid }) => pid === root?.pid))
        throw new Error(`${spec.name} is said to be online, and does not run`);
      if (state === "stopped" && alive.length > 0)
        throw new Error(`${spec.name} is said to be stopped, and runs`);
    }
}

test(`no order of events breaks what always holds (${RUNS} runs)`, async () => {
  const first = seed();
  for (let run = 0; run < RUNS; run++) {
    const player = new Player(new Random(first + run));
    try {
      await player.play();
    } catch (error) {
      throw new Error(`SEED=${first + run} RUNS=1\n${player.story}\n${String(error)}`, { cause: error });
    }
  }
}, 120_000);
