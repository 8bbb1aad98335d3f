/** The apps that are known, by who they are; their instances, by id. */
import { isReadyToDependOn } from "../core/app/dependence.ts";
import type { AppIdentity, AppSpec } from "../core/app/app-spec.ts";
import type { Phase } from "../core/app/app-state.ts";
import { selectInstances } from "../core/app/select.ts";
import { messageOf } from "../text/system-error.ts";
import type { AppEvent, Selection } from "../wire/manager.ts";
import { Feed } from "../wire/feed.ts";
import { instanceKey } from "../app-log/keys.ts";
import { Instance } from "./instance.ts";
import type { ManagerPorts } from "./ports.ts";
import { keptApp, keptInstance } from "./status.ts";
import type { InstancePorts } from "./instance-ports.ts";

export class App implements AppIdentity {
  instances: readonly Instance[] = [];
  /** What is wrong with its config file now. */
  brokenConfig: string | null = null;

  constructor(
    public spec: AppSpec,
    readonly directory = spec.directory,
    readonly name = spec.name,
  ) {}

  /** The instances that are not being deleted. */
  get lasting(): readonly Instance[] {
    return this.instances.filter(({ phase }) => phase !== "removing");
  }
}

export interface SelectedApps {
  /** The instances of each app, in the order of their ids. */
  readonly groups: readonly { readonly app: App; readonly instances: readonly Instance[] }[];
  readonly failures: readonly string[];
}

const keyOf = ({ directory, name }: AppIdentity): string => `${directory}\0${name}`;

export class Registry {
  readonly events: Feed<AppEvent>;
  readonly leaving = new AbortController();
  readonly #apps = new Map<string, App>();
  /** Output of apps that are forgotten, until all of it is in its files. */
  readonly #closing = new Map<string, Promise<void>>();
  /** They could not be kept: each is kept again as a whole with the next change. */
  readonly #unkept = new Set<App>();
  #nextId = 0;
  readonly #around: InstancePorts<Instance>;

  constructor(
    readonly ports: ManagerPorts,
    mostEvents: number,
  ) {
    this.events = new Feed(mostEvents);
    this.#around = {
      ports,
      runPorts: { ...ports, leaving: this.leaving.signal },
      isClosed: () => this.isClosed,
      tell: (instance, type, words) => this.tell(instance.app, instance.number, type, words),
      keep: (instance) => this.#keep(instance),
      closeOutput: (instance, key) => void this.#close(instance, key),
      moved: (instance, from) => this.#moved(instance, from),
    };
  }

  get all(): readonly App[] {
    return [...this.#apps.values()];
  }

  get isClosed(): boolean {
    return this.leaving.signal.aborted;
  }

  find(identity: AppIdentity): App | null {
    return this.#apps.get(keyOf(identity)) ?? null;
  }

  inDirectory(directory: string): readonly App[] {
    return this.all.filter((app) => app.directory === directory);
  }

  select({ words, directory }: Selection): SelectedApps {
    const selectable = this.all.map(({ spec: { namespace, script }, instances, ...app }) => ({
      ...app,
      namespace,
      script,
      ids: instances.map(({ id }) => id),
    }));
    const { ids, failures } = selectInstances(words, directory, selectable);
    const groups = this.all.map((app) => ({
      app,
      instances: app.instances.filter(({ id }) => ids.includes(id)),
    }));
    return { groups: groups.filter(({ instances }) => instances.length > 0), failures };
  }

  /** Known from now on, and stopped. */
  add(spec: AppSpec): App {
    const app = new App(spec);
    this.#apps.set(keyOf(app), app);
    this.resize(app, spec.instances);
    this.keepApp(app);
    this.changed();
    return app;
  }

  /** Makes the app again as it was kept. */
  restore(spec: AppSpec, places: readonly { readonly id: number; readonly number: number }[]): App {
    const app = new App(spec);
    this.#apps.set(keyOf(app), app);
    app.instances = places
      .toSorted((a, b) => a.id - b.id)
      .map(({ id, number }) => this.#place(app, id, number));
    this.#nextId = Math.max(this.#nextId, ...places.map(({ id }) => id + 1));
    return app;
  }

  /** The instance of this number; a place for it where there is none. */
  instanceAt(app: App, number: number): Instance {
    const known = app.instances.find((one) => one.number === number);
    const instance = known ?? this.#place(app, this.#nextId++, number);
    if (known === undefined) app.instances = [...app.instances, instance];
    return instance;
  }

  /** Adds places up to `count`; who is too many is the answer, the last ones first. */
  resize(app: App, count: number): readonly Instance[] {
    const taken = new Set(app.instances.map(({ number }) => number));
    const lasting = app.lasting.toSorted((a, b) => b.number - a.number);
    for (let number = 0, missing = count - lasting.length; missing > 0; number++) {
      if (taken.has(number)) continue;
      app.instances = [...app.instances, this.#place(app, this.#nextId++, number)];
      missing--;
    }
    return lasting.slice(0, Math.max(0, lasting.length - count));
  }

  replaceSpec(app: App, spec: AppSpec): void {
    app.spec = spec;
    this.keepApp(app);
    this.changed();
    this.release(app);
  }

  keepApp(app: App): void {
    this.#attempt(app, () => this.ports.state.keepApp(keptApp(app)));
  }

  tell({ directory, name }: AppIdentity, instance: number, type: AppEvent["type"], words: string): void {
    const event = { atMs: this.ports.clock.wallMs(), app: { directory, name }, instance, type, words };
    this.events.publish(event);
    this.ports.daemon.publish(event);
  }

  /** Nothing of an app of that name is left, its output neither. */
  async forgotten(identity: AppIdentity): Promise<void> {
    await this.#closing.get(keyOf(identity));
  }

  #place(app: App, id: number, number: number): Instance {
    return new Instance(this.#around, app, id, number, instanceKey(app, number));
  }

  #keep(instance: Instance): void {
    const app = this.find(instance.app);
    const kept = keptInstance(instance);
    // a place that is not known yet, or no more
    if (app === null || kept === null || !app.instances.includes(instance)) return;
    let isWhole = !this.#unkept.has(app);
    if (isWhole) this.#attempt(app, () => void (isWhole = this.ports.state.keepInstance(app, kept)));
    if (!isWhole) this.keepApp(app);
  }

  #attempt(app: App, keep: () => void): void {
    this.#try(app, keep);
    if (this.#unkept.has(app)) return;
    // the disk takes something again: each of the others is tried once
    for (const other of Array.from(this.#unkept)) this.#try(other, () => this.#keepAgain(other));
  }

  #keepAgain(app: App): void {
    const now = this.find(app);
    if (now === null) this.ports.state.forget(app);
    else this.ports.state.keepApp(keptApp(now));
  }

  #try(app: App, keep: () => void): void {
    try {
      keep();
      this.#unkept.delete(app);
    } catch (error) {
      if (!this.#unkept.has(app))
        this.tell(app, 0, "trouble", `what it does cannot be kept, and goes on: ${messageOf(error)}`);
      this.#unkept.add(app);
    }
  }

  #moved(instance: Instance, from: Phase): void {
    const app = this.find(instance.app);
    if (app === null) return;
    if (instance.phase === "gone") this.#forget(app, instance);
    // this releases the apps that wait for it, and those that wait for them to start
    if (from === instance.phase || this.isClosed) return;
    for (const other of this.inDirectory(app.directory))
      if (other.spec.dependsOn.includes(app.name)) this.release(other);
  }

  /** Starts what waits for others, if these are ready; else who asked for it looks whether they can be. */
  release(app: App): void {
    for (const held of app.instances.filter(({ phase }) => phase === "held"))
      if (this.mayStart(app)) held.dispatch("due");
      else held.wake();
  }

  /** All that it depends on is ready. */
  mayStart(app: App): boolean {
    return app.spec.dependsOn.every((name) => {
      const other = this.find({ directory: app.directory, name });
      return other !== null && other.instances.every(isReadyToDependOn);
    });
  }

  #forget(app: App, instance: Instance): void {
    app.instances = app.instances.filter((one) => one !== instance);
    const key = keyOf(app);
    const closed = Promise.all([this.#closing.get(key), this.#close(instance, instance.outputKey)]);
    const done = closed.then(() => void (this.#closing.get(key) === done && this.#closing.delete(key)));
    this.#closing.set(key, done);
    if (app.instances.length > 0)
      return this.replaceSpec(app, { ...app.spec, instances: app.lasting.length || app.spec.instances });
    this.#apps.delete(key);
    if (this.#apps.size === 0) this.#nextId = 0;
    this.#attempt(app, () => this.ports.state.forget(app));
    this.changed();
  }

  async #close({ app, number }: Instance, key: string): Promise<void> {
    try {
      await this.ports.logs.close(key);
    } catch (error) {
      this.tell(app, number, "trouble", `its output cannot be put away: ${messageOf(error)}`);
    }
  }

  /** The watched files, and the times at which cron is due, may be different now. */
  changed(): void {
    this.ports.daemon.appsChanged(this.all.map(({ spec }) => spec));
  }
}
