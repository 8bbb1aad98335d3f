/** The manager as commands reach it. Those that only look never start one. */
import { CommandError } from "../../text/errors.ts";
import { appsLeft } from "../../host/manager-places.ts";
import { findManager, type RunningManager } from "../../host/running-manager.ts";
import { plural } from "../../text/style.ts";
import { isCurrent, packageFile } from "../../trust/package-file.ts";
import { typed } from "../../trust/typed.ts";
import type { AppsDocument, Selection } from "../../wire/manager.ts";

/** @throws CommandError where there is no app to do anything with. */
export async function requireManager(): Promise<RunningManager> {
  const running = await managerOfApps();
  if (running !== null) return running;
  throw new CommandError(`No manager runs, so there is no app. Start one: ${typed("start", "bunctl")}`);
}

/** The running one, or the next one where the last one has left apps; null = there is no app. */
export const managerOfApps = async (): Promise<RunningManager | null> =>
  (await findManager()) ?? ((await appsOnTheList()) > 0 ? startManager() : null);

async function appsOnTheList(): Promise<number> {
  const { thisProcess } = await import("../../os/select-containers.ts");
  return appsLeft(thisProcess().pidNamespace);
}

export const SCRIPT = "scripts/bunctl.ts";

/** What a manager in the background is: the built file as long as no source is newer. */
export function managerProgram(): string {
  return isCurrent("bunctl-daemon") ? packageFile("dist/bunctl-daemon.js") : packageFile(SCRIPT);
}

/** The running one, or a new one in the background. */
export async function startManager(): Promise<RunningManager> {
  const running = await findManager();
  if (running !== null) return running;
  const { detachManager } = await import("../../manager/daemon/detach.ts");
  return detachManager(managerProgram(), findManager);
}

export const SELECTION =
  "a name, an id, all, a namespace, a /regex/ or the file it runs; several are possible";

/** The words are kept as people wrote them. No word means `all`. */
export const selectionOf = (words: readonly string[]): Selection => ({
  words: words.length === 0 ? ["all"] : words,
  directory: process.cwd(),
});

/** Every app, or those that are selected; an empty list where no manager runs. */
export async function apps(words: readonly string[]): Promise<AppsDocument> {
  const running = await findManager();
  if (running !== null) return appsOf(running, words);
  const left = await appsOnTheList();
  const next = left > 0 ? await nextManager() : null;
  if (next !== null) return appsOf(next, words);
  return noApps(left > 0 ? [afterTheLast(left)] : words.map(unknown));
}

/** An upgrade may be under way: between two managers there is none for a moment. */
const NEXT_WITHIN_MS = 500;

async function nextManager(): Promise<RunningManager | null> {
  const { findWithin } = await import("../../host/background.ts");
  return findWithin(NEXT_WITHIN_MS, findManager);
}

/** For commands that need a manager in any case: the apps that the last one has left are known, too. */
export async function knownApps(words: readonly string[]): Promise<AppsDocument> {
  const manager = await managerOfApps();
  return manager === null ? noApps(words.map(unknown)) : appsOf(manager, words);
}

const appsOf = (manager: RunningManager, words: readonly string[]): Promise<AppsDocument> =>
  manager.apps(words.length === 0 ? null : selectionOf(words));

const noApps = (failures: readonly string[]): AppsDocument => ({
  schemaVersion: 1,
  at: Date.now(),
  manager: null,
  apps: [],
  failures,
});

const afterTheLast = (left: number): string =>
  `The last manager has left ${plural(left, "app")}, and what ran runs on without one. Start the next one, which goes on with ${left === 1 ? "it" : "them"}: ${typed("daemon start", "bunctl")}`;

const unknown = (word: string): string =>
  `${word} is no app: no manager runs. Start one: ${typed("start", "bunctl")}`;
