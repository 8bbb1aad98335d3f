/** The manager as commands reach it. Those that only look never start one. */
import { findService } from "../../host/sockets.ts";
import { CommandError } from "../../text/errors.ts";
import { detachManager } from "../../manager/daemon/detach.ts";
import { MANAGER_NAME } from "../../manager/daemon/places.ts";
import { packageFile } from "../../trust/package-file.ts";
import { typed } from "../../trust/typed.ts";
import type { RunningService } from "../../wire/client.ts";
import { MANAGER, type AppsDocument, type Selection } from "../../wire/manager.ts";

export type RunningManager = RunningService<typeof MANAGER>;

/** null = none runs. */
export const findManager = (): Promise<RunningManager | null> => findService(MANAGER, MANAGER_NAME);

/** @throws CommandError where none runs: there is no app to do anything with. */
export async function requireManager(): Promise<RunningManager> {
  const running = await findManager();
  if (running !== null) return running;
  throw new CommandError(`No manager runs, so there is no app. Start one: ${typed("start", "bunctl")}`);
}

export const SCRIPT = packageFile("scripts/bunctl.ts");

/** The running one, or a new one in the background. */
export const startManager = async (): Promise<RunningManager> =>
  (await findManager()) ?? (await detachManager(SCRIPT, findManager));

/** The words are kept as people wrote them. No word means `all`. */
export const selectionOf = (words: readonly string[]): Selection => ({
  words: words.length === 0 ? ["all"] : words,
  directory: process.cwd(),
});

/** Every app, or those that are selected; an empty list where no manager runs. */
export async function apps(words: readonly string[]): Promise<AppsDocument> {
  const running = await findManager();
  if (running !== null) return running.apps(words.length === 0 ? null : selectionOf(words));
  return { schemaVersion: 1, at: Date.now(), manager: null, apps: [], failures: words.map(unknown) };
}

const unknown = (word: string): string =>
  `${word} is no app: no manager runs. Start one: ${typed("start", "bunctl")}`;
