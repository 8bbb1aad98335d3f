/** The manager of apps: what it is asked, by a person or by what happens to files and clocks, and what it answers. */
import { appSignal, APP_SIGNALS } from "../core/app/signal-name.ts";
import type { AppIdentity } from "../core/app/app-spec.ts";
import type { Phase } from "../core/app/app-state.ts";
import { keptScale } from "../core/app/scale.ts";
import type { LoggedInstance, OutputLoss } from "../ports/app-logs.ts";
import type { AppsDocument, ManagerReply, MANAGER, Selection } from "../wire/manager.ts";
import type { Answers } from "../wire/routes.ts";
import { loggedOf } from "./app-config.ts";
import { applySpecs, type Applied } from "./apply.ts";
import { holdAgain, scaleApps, startSpecs } from "./declare.ts";
import { appDocuments } from "./documents.ts";
import type { Instance } from "./instance.ts";
import { titleOf } from "./outcomes.ts";
import type { Manager, ManagerPorts } from "./ports.ts";
import { recover } from "./recover.ts";
import { Registry, type App, type SelectedApps } from "./registry.ts";
import { resurrectSaved, saveAll } from "./save.ts";
import { restartGroups, startGroups, stopGroups, type Failures, type SteeredApp } from "./steer.ts";
import { LEAVING } from "./watchers.ts";

/** This many events are kept for followers; a follower that is slower is told how many are lost. */
const MOST_EVENTS = 1_024;

export function createManager(ports: ManagerPorts, mostEvents = MOST_EVENTS): Manager {
  const registry = new Registry(ports, mostEvents);
  const ofFiles = (directory: string): readonly App[] =>
    registry.inDirectory(directory).filter(({ spec }) => spec.source !== null);
  return {
    answers: answers(registry),
    recover: async () => {
      const isNewBoot = await recover(registry);
      ports.logs.onLoss((loss) => tellLoss(loss, registry));
      return isNewBoot;
    },
    configChanged: async (specs, directory) => {
      // an app that is declared now would never be restarted, and would look as if it ran
      refuseWhenClosed(registry);
      // a person who started one app of a file does not mean the others that stand there
      for (const app of ofFiles(directory)) app.brokenConfig = null;
      const known = specs.flatMap((spec) => {
        const app = registry.find(spec);
        return app === null ? [] : [keptScale(app.spec, spec)];
      });
      return applied(await applySpecs(known, directory, { prune: false, dryRun: false }, registry), registry);
    },
    configRejected: (directory, problem) => {
      for (const app of ofFiles(directory)) {
        app.brokenConfig = problem;
        registry.tell(app, 0, "config", `goes on as it was, since its config file is broken: ${problem}`);
      }
    },
    cronDue: (app) => renewAll(app, registry),
    filesChanged: async (app, path) => {
      registry.tell(app, 0, "config", `is restarted, since ${path} has changed`);
      await renewAll(app, registry);
    },
    close: async () => {
      registry.leaving.abort();
      const instances = registry.all.flatMap((app) => app.instances);
      for (const instance of instances) instance.leave();
      await Promise.all(instances.flatMap(({ runs }) => runs.map((run) => run.obtained)));
    },
  };
}

function answers(registry: Registry): Answers<typeof MANAGER.routes> {
  const { ports } = registry;
  /** Does it to what is selected, and shows that as it is then. */
  const steer = async (
    selection: Selection,
    act: (groups: readonly SteeredApp[]) => Promise<Failures>,
  ): Promise<ManagerReply> => {
    const { groups, failures } = selected(selection, registry);
    return reply(groups, [...failures, ...(await act(groups))], registry);
  };
  const ending = async (selection: Selection, how: "stop" | "remove"): Promise<ManagerReply> => ({
    ...(await steer(selection, (groups) => stopGroups(groups, how, registry))),
    ...(await strays(registry)),
  });
  return {
    apps: async (selection) => document(selection, registry),
    start: async (specs, options) => {
      refuseWhenClosed(registry);
      const { apps, failures } = await startSpecs(specs, options, registry);
      return reply(apps.map(whole), failures, registry);
    },
    startAgain: (selection, { ifRunning }) =>
      steer(selection, (groups) =>
        ifRunning === "keep"
          ? startGroups(groups, registry)
          : restartGroups(groups, { how: ifRunning, parallel: false }, registry),
      ),
    stopApps: (selection) => ending(selection, "stop"),
    restart: (selection, { how, parallel, shellEnv }) =>
      steer(selection, async (groups) => {
        const before = groups.map(({ app }) => ({ app, spec: app.spec }));
        if (shellEnv !== null)
          for (const { app, spec } of before) registry.replaceSpec(app, { ...spec, shellEnv });
        const failures = await restartGroups(groups, { how, parallel }, registry);
        if (how === "reload" && failures.length > 0)
          for (const { app, spec } of before) holdAgain(app, spec, registry);
        return failures;
      }),
    remove: (selection) => ending(selection, "remove"),
    scale: async (selection, change) => {
      const { groups, failures } = selected(selection, registry);
      const scaled = groups.map(({ app }) => app);
      const notDone = await scaleApps(scaled, change, registry);
      return reply(scaled.map(whole), [...failures, ...notDone], registry);
    },
    reset: (selection) =>
      steer(selection, async (groups) => {
        for (const instance of instancesOf(groups))
          [instance.restarts, instance.unstable, instance.lostLines] = [0, 0, 0];
        for (const { app } of groups) registry.keepApp(app);
        return [];
      }),
    signal: (selection, word) => steer(selection, async (groups) => signalAll(groups, word)),
    flush: (selection) =>
      steer(selection, async (groups) => {
        ports.logs.truncate(loggedIn(groups));
        return [];
      }),
    rotateLogs: (selection) =>
      steer(selection, async (groups) => {
        ports.logs.rotate(loggedIn(groups));
        return [];
      }),
    apply: async (specs, directory, options) => {
      refuseWhenClosed(registry);
      return applied(await applySpecs(specs, directory, options, registry), registry);
    },
    save: () => saveAll(registry),
    resurrect: async () => {
      refuseWhenClosed(registry);
      const { apps, failures } = await resurrectSaved(registry);
      return reply(apps.map(whole), failures, registry);
    },
    kill: async () => {
      const answer = await ending(EVERYTHING, "remove");
      ports.daemon.finish();
      return answer;
    },
    events: () => ({ feed: registry.events, snapshot: () => document(null, registry) }),
  };
}

const EVERYTHING: Selection = { words: ["all"], directory: "/" };

const whole = (app: App): SteeredApp => ({ app, instances: app.instances });

const instancesOf = (groups: readonly SteeredApp[]): readonly Instance[] =>
  groups.flatMap(({ instances }) => instances);

/** By the declaration that its process runs by, or ran by last. */
const loggedIn = (groups: readonly SteeredApp[]): readonly LoggedInstance[] =>
  instancesOf(groups).map(({ run, app, number, key }) =>
    loggedOf(run?.place ?? { spec: app.spec, number, key }),
  );

function refuseWhenClosed({ isClosed }: Registry): void {
  if (isClosed) throw new Error(LEAVING);
}

function selected(selection: Selection, registry: Registry): SelectedApps {
  refuseWhenClosed(registry);
  return registry.select(selection);
}

async function reply(
  groups: readonly SteeredApp[],
  failures: Failures,
  registry: Registry,
): Promise<ManagerReply> {
  return { apps: await appDocuments(groups, registry), failures };
}

const applied = async ({ changes, apps, failures }: Applied, registry: Registry) => ({
  changes,
  reply: await reply(apps.map(whole), failures, registry),
});

async function document(selection: Selection | null, registry: Registry): Promise<AppsDocument> {
  const { ports } = registry;
  const { groups, failures } = registry.select(selection ?? EVERYTHING);
  const apps = await appDocuments(groups, registry);
  const seen = { schemaVersion: 1, at: ports.clock.wallMs(), manager: ports.daemon.about() } as const;
  return { ...seen, apps, failures, ...(await strays(registry)) };
}

async function strays({ ports }: Registry): Promise<Pick<ManagerReply, "strays">> {
  const found = await ports.daemon.strays();
  return found.length === 0 ? {} : { strays: found };
}

function signalAll(groups: readonly SteeredApp[], word: string): Failures {
  const name = appSignal(word);
  if (name === null)
    return [`${word} is no signal that can be sent. Those that can: ${APP_SIGNALS.join(", ")}.`];
  return instancesOf(groups)
    .filter(({ run }) => run?.isOver !== false || run.handle?.signal(name) !== true)
    .map((instance) => `${titleOf(instance)} does not run, so ${name} reaches nobody.`);
}

function tellLoss({ key, lines, words }: OutputLoss, registry: Registry): void {
  const has = (one: Instance): boolean => one.key === key || one.runs.some(({ place }) => place.key === key);
  for (const app of registry.all)
    for (const instance of app.instances.filter(has)) {
      instance.lostLines += lines;
      registry.tell(app, instance.number, "lost", words);
      registry.keepApp(app);
    }
}

/** A person has not stopped these. */
const RENEWED: ReadonlySet<Phase> = new Set<Phase>(["starting", "online", "waiting", "retrying", "ended"]);

/** A clock or a file restarts every instance except those that a person has stopped. */
async function renewAll(identity: AppIdentity, registry: Registry): Promise<void> {
  const app = registry.isClosed ? null : registry.find(identity);
  if (app === null) return;
  const instances = app.instances.filter(({ phase }) => RENEWED.has(phase));
  try {
    const how = { how: "restart", parallel: false } as const;
    for (const failure of await restartGroups([{ app, instances }], how, registry))
      registry.tell(app, 0, "trouble", failure);
  } catch (error) {
    // nobody has asked, and the next manager restarts it the next time
    if (!registry.isClosed) throw error;
  }
}
