/** The apps of bunctl: the manager is asked, and none is started. */
import { findManager, type RunningManager } from "../../host/running-manager.ts";
import { systemClock } from "../../os/clock.ts";
import { withoutShell } from "../../render/apps/without-shell.ts";
import { maskText, printable } from "../../text/mask.ts";
import { typed } from "../../trust/typed.ts";
import { ServiceError } from "../../wire/client.ts";
import type { AppDocument, AppsDocument, ManagerReply, Selection } from "../../wire/manager.ts";
import { HttpProblem } from "../problem.ts";
import { keepTelling } from "./keep-telling.ts";
import type { OpenSource, Source } from "./source.ts";

export type AskOfApp = (manager: RunningManager, selection: Selection) => Promise<ManagerReply>;

const EVERY_MS = 2_000;

export class Apps {
  /** As they are shown: without the shell's variables, secrets masked. */
  async document(): Promise<AppsDocument> {
    const manager = await findManager();
    return manager === null ? noApps() : shownApps(await manager.apps(null));
  }

  /** What the manager does to exactly that app. @throws HttpProblem */
  async act(name: string, directory: string | undefined, act: AskOfApp): Promise<ManagerReply> {
    const [manager, app] = await this.#found(name, directory);
    return shownApps(await act(manager, selectionOf(app)));
  }

  /** Exactly that app: no id, no pattern, and none of another folder. @throws HttpProblem */
  async found(name: string, directory: string | undefined): Promise<AppDocument> {
    const [, app] = await this.#found(name, directory);
    return app;
  }

  async #found(name: string, directory: string | undefined): Promise<readonly [RunningManager, AppDocument]> {
    const manager = await findManager();
    if (manager === null)
      throw new HttpProblem(
        503,
        `No manager runs, so there is no app. Start one: ${typed("start", "bunctl")}`,
      );
    const { apps } = await manager.apps(null);
    const meant = apps.filter(
      ({ spec }) => spec.name === name && spec.directory === (directory ?? spec.directory),
    );
    const [app, ...others] = meant;
    if (app === undefined) throw new HttpProblem(404, "There is no such app. Look again: /api/apps");
    if (others.length > 0)
      throw new HttpProblem(
        409,
        `There are ${meant.length} apps of that name. Name its "directory", as /api/apps has it.`,
      );
    return [manager, app];
  }

  readonly source: Source = {
    name: "apps",
    open: (publish): OpenSource => {
      const stop = new AbortController();
      let told: unknown = null;
      const tell = async (): Promise<void> => {
        const { at, ...now } = await this.document();
        if (!Bun.deepEquals(now, told)) publish("apps", JSON.stringify({ ...now, at }));
        told = now;
      };
      void keepTelling(tell, EVERY_MS, publish, stop.signal);
      const whole = async (): Promise<string> => JSON.stringify(await this.#wholeOrNone());
      return { whole, [Symbol.asyncDispose]: async () => stop.abort() };
    },
  };

  /** A manager that does not answer keeps no page from its beginning. */
  async #wholeOrNone(): Promise<AppsDocument> {
    try {
      return await this.document();
    } catch (error) {
      if (error instanceof ServiceError) return { ...noApps(), failures: [error.message] };
      throw error;
    }
  }
}

const noApps = (): AppsDocument => ({
  schemaVersion: 1,
  at: systemClock.wallMs(),
  manager: null,
  apps: [],
  failures: [],
});

/** What an app has written last may hold secrets, too. */
const shownApps = <Document extends AppsDocument | ManagerReply>(document: Document): Document =>
  JSON.parse(withoutShell(document), (key, value: unknown) =>
    key === "lastErrorLines" && Array.isArray(value)
      ? value.map((line) => printable(maskText(String(line))))
      : value,
  );

/** These instances and no other: an id is a name where an app of that folder is called so, and no app works in this one. */
const selectionOf = ({ instances }: AppDocument): Selection => ({
  words: instances.map(({ id }) => String(id)),
  directory: "/dev/null",
});
