/** An instance with a new process: after its old one, or (a reload) beside it. */
import type { Instance } from "./instance.ts";
import { hasStarted, titleOf, type Answered } from "./outcomes.ts";
import type { Registry } from "./registry.ts";

/** An app that says nothing of itself is given this long to listen where the one before it does. */
const MOST_LISTENING_MS = 3_000;

export async function restartInstance(instance: Instance, registry: Registry): Promise<Answered> {
  const app = registry.find(instance.app);
  const waits = instance.runs.length === 0 && app !== null && !registry.mayStart(app);
  instance.request(waits ? "hold" : "restart");
  return instance.watchers.until(() => hasStarted(instance, registry));
}

/** The next process is there and ready before the old one is asked to end. If it fails, the old one stays. */
export async function reloadInstance(instance: Instance, registry: Registry): Promise<Answered> {
  if (instance.phase !== "online" || instance.run === null) return restartInstance(instance, registry);
  // somebody else's is under way, with what is declared now
  const next = instance.next ?? instance.newRun();
  if (instance.next === null) {
    instance.next = next;
    next.start();
  }
  const verdict = (): "over" | "moved" | "ready" | null => {
    if (next.isOver) return "over";
    if (instance.next !== next) return "moved";
    return next.isReady && !next.isEnding ? "ready" : null;
  };
  // its ports are looked at once it is ready, and meanwhile everything may change
  using handing = new DisposableStack();
  if ((await instance.watchers.until(verdict)) === "ready") {
    await listens(instance, registry);
    handing.use(await handOver(instance, registry));
  }
  switch (await instance.watchers.until(verdict)) {
    case "over":
      return stays(instance);
    case "ready":
      registry.tell(instance.app, instance.number, "reloaded", "its new process is ready and takes over");
      await replaced(instance, handing, registry);
      break;
    case "moved":
  }
  return instance.watchers.until(() => hasStarted(instance, registry));
}

/** A server that was asked to end has closed its ports by then. */
const CLOSES_WITHIN_MS = 1_000;

const stays = (instance: Instance): Answered => {
  const { phase, failedNext } = instance;
  const title = titleOf(instance);
  return {
    failure:
      phase === "online"
        ? `${title} was not reloaded, and its old process goes on: the new one ${failedNext}. See: bunctl logs. An app that cannot share its port (reusePort) is not reloaded: bunctl restart ${instance.app.spec.name}`
        : `${title} was not reloaded: another request has stopped it meanwhile.`,
  };
};

async function replaced(instance: Instance, handing: Disposable, { ports }: Registry): Promise<void> {
  const late = new AbortController();
  const ended = instance.replace();
  await Promise.race([ended, ports.clock.sleep(CLOSES_WITHIN_MS, late.signal)]);
  late.abort();
  handing[Symbol.dispose]();
  await ended;
}

/** New connections go to the next process from now on, as far as they share a port. */
async function handOver({ run, next }: Instance, { ports, leaving }: Registry): Promise<Disposable | null> {
  const [from, to] = [run?.handle ?? null, next?.handle ?? null];
  return from === null || to === null ? null : ports.probes.handOver(from, to, leaving.signal);
}

/**
 * This is only for an app that counts as ready once started: it may not listen yet, while the old one does.
 */
async function listens(instance: Instance, { ports, leaving }: Registry): Promise<void> {
  const old = instance.run?.handle ?? null;
  const by = instance.next?.handle ?? null;
  if (instance.app.spec.readiness.by !== "start" || old === null || by === null) return;
  const late = new AbortController();
  const giveUp = (): void => late.abort();
  leaving.signal.addEventListener("abort", giveUp);
  const probing = ports.probes.listensAs(old, by, late.signal).catch(() => null);
  await Promise.race([probing, ports.clock.sleep(MOST_LISTENING_MS, late.signal)]);
  leaving.signal.removeEventListener("abort", giveUp);
  late.abort();
}
