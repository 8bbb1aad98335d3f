/**
 * Only this account can ask, and both ends are this program. All the same a question that is not what its route takes is refused
 * before anything is done with it: an app that is half declared could never be started, stopped or forgotten.
 */
import { wrongInSpec } from "../../core/app/spec-shape.ts";
import { fields, flag, list, wordOf, orNull, path, text, environment, type Shape } from "../../text/shape.ts";
import {
  MANAGER,
  type ApplyOptions,
  type RestartOptions,
  type Selection,
  type StartOptions,
} from "../../wire/manager.ts";
import type { Answers } from "../../wire/routes.ts";

const selection = fields<Selection>({ words: list(text), directory: path });
const specs = list((value) => wrongInSpec(value) === null);

const QUESTIONS: Readonly<Record<keyof typeof MANAGER.routes, readonly Shape[]>> = {
  apps: [orNull(selection)],
  start: [specs, fields<StartOptions>({ ifRunning: wordOf("keep", "restart", "reload"), updateEnv: flag })],
  startAgain: [
    selection,
    fields<StartOptions>({ ifRunning: wordOf("keep", "restart", "reload"), updateEnv: flag }),
  ],
  stopApps: [selection],
  restart: [
    selection,
    fields<RestartOptions>({
      how: wordOf("restart", "reload"),
      parallel: flag,
      shellEnv: orNull(environment),
    }),
  ],
  remove: [selection],
  scale: [selection, text],
  reset: [selection],
  signal: [selection, text],
  flush: [selection],
  rotateLogs: [selection],
  apply: [specs, path, fields<ApplyOptions>({ prune: flag, dryRun: flag })],
  save: [],
  resurrect: [],
  kill: [],
  events: [],
};

export const isQuestion = (route: string, parameters: readonly unknown[]): boolean => {
  const shapes = Object.entries(QUESTIONS).find(([each]) => each === route)?.[1];
  return (
    shapes !== undefined &&
    shapes.length === parameters.length &&
    shapes.every((is, at) => is(parameters[at]))
  );
};

type ManagerAnswers = Answers<typeof MANAGER.routes>;

/** The same answers, to proper questions only. */
export function answeringOnly(answers: ManagerAnswers): ManagerAnswers {
  const checked = Object.entries(answers).map(([route, answer]) => [
    route,
    (...parameters: readonly unknown[]) => {
      if (!isQuestion(route, parameters))
        throw new TypeError(`That is no question that /${route} takes: nothing was done.`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has just been looked at
      return (answer as (...all: readonly unknown[]) => unknown)(...parameters);
    },
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same names
  return Object.fromEntries(checked) as ManagerAnswers;
}
