/** Compose and Kubernetes share this: the app as it stands in a container, with its project below /app. */
import { basename, relative } from "node:path";
import type { AppSpec } from "../../../core/app/app-spec.ts";
import { instanceEnvironment } from "../../../core/app/instance-environment.ts";
import type { Notes } from "./exported.ts";

export interface InContainer {
  readonly image: string;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** The port that the app listens on; null = it does not say so. */
  readonly port: number | null;
}

const HOME = "/app";
const IMAGES: Readonly<Record<string, string>> = {
  bun: "oven/bun:1",
  node: "node:lts",
  python3: "python:3",
  ruby: "ruby:3",
};

export function inContainer(app: AppSpec, notes: Notes): InContainer {
  const [program = "", ...args] = app.argv;
  const name = basename(program).replace(/\.exe$/u, "");
  const known = Object.hasOwn(IMAGES, name);
  if (!known && !isBelow(app.directory, program))
    notes.add(app.name, `its image is a guess: it needs ${name}, which may not be in debian:stable-slim`);
  const workingDirectory = moved(app, app.cwd);
  if (workingDirectory === app.cwd && app.cwd !== HOME)
    notes.add(app.name, `it works in ${app.cwd}, which is outside of its project: put that into the image`);
  return {
    image: known ? (IMAGES[name] ?? "") : "debian:stable-slim",
    command: [known ? name : moved(app, program), ...args.map((word) => moved(app, word))],
    workingDirectory,
    env: instanceVariables(app),
    port: portOf(app),
  };
}

const isBelow = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);

/** Finds the place below /app of a path of the project. */
const moved = ({ directory }: AppSpec, path: string): string =>
  isBelow(directory, path) ? `${HOME}/${relative(directory, path)}`.replace(/\/$/u, "") : path;

/** All copies are alike: values that count up are for copies that share a machine. */
function instanceVariables(app: AppSpec): Readonly<Record<string, string>> {
  const all = { ...instanceEnvironment({ ...app, shellEnv: {} }, 0) };
  if (app.instances > 1) delete all[app.instanceVariable];
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, moved(app, value)]));
}

function portOf({ readiness, env }: AppSpec): number | null {
  if (readiness.by === "port") return readiness.port;
  const { PORT = "" } = env;
  return /^\d{1,5}$/u.test(PORT) && Number(PORT) > 0 && Number(PORT) < 65_536 ? Number(PORT) : null;
}

export function tellContainerLosses(app: AppSpec, notes: Notes): void {
  const { name } = app;
  if (app.cron !== null) notes.add(name, `the cron expression "${app.cron}" is not carried over`);
  if (app.watch !== null) notes.add(name, "its files are not watched: a new version is a new image");
  if (app.readiness.by === "message" || app.readiness.by === "log")
    notes.add(name, "nothing asks whether it is ready: give it a port or an address that answers (ready)");
  if (app.stop.byMessage) notes.add(name, 'it is told to stop by a signal, not by the message "shutdown"');
  if (app.restart.stopExitCodes.length > 0)
    notes.add(
      name,
      `it is started again after exit code ${app.restart.stopExitCodes.join(", ")}, too: only 0 can keep it down, with restart_policy "on-failure"`,
    );
  if (app.instances > 1)
    notes.add(name, "instances have no numbers of their own, and each has the same port");
  if (app.identity.umask !== null) notes.add(name, "its umask is not carried over: set it in the image");
  if (Object.keys(app.env).some((variable) => SECRET.test(variable)))
    notes.add(
      name,
      "variables with secrets stand in the file as they are: move them into secrets of that tool",
    );
}

const SECRET = /secret|token|passw|api_?key|private/iu;
