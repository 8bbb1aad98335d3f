/** The manager keeps in these places what outlives it. */
import { join } from "node:path";
import { ownUid } from "../trust/open.ts";
import { ensureRuntimeDirectory, ownRuntimeDirectories } from "../os/runtime-directory.ts";
import { isRecord, parsedJson } from "../text/json.ts";
import { listedAt, textAt } from "../trust/small-files.ts";
import { homeOf, stateDirectory } from "../trust/state.ts";

/** The place is in the account's state directory; nothing is made. */
export const managerDirectory = (): string => {
  const [uid, env] = [ownUid(), process.env];
  return join(stateDirectory({ uid, home: homeOf(uid, env), env }), "bunctl");
};

/** This place takes what the disk of that directory does not take. */
export const spareDirectory = (directory: string): string =>
  join(ensureRuntimeDirectory(ownUid() ?? -1), spareName(directory));

const spareName = (directory: string): string =>
  `bunctl-${new Bun.CryptoHasher("sha256").update(directory).digest("hex").slice(0, 16)}`;

/** The PID namespace of the machine itself (PROC_PID_INIT_INO of the kernel's proc_ns.h). */
const FIRST_PID_NAMESPACE = "4026531836";

/**
 * The list of apps is here. A container may share the home, but it sees no job outside of it: so it has a
 * list of its own, and takes nobody's apps for ended.
 */
export const listDirectory = (pidNamespace: string): string =>
  pidNamespace === FIRST_PID_NAMESPACE
    ? managerDirectory()
    : join(managerDirectory(), `${OF_NAMESPACE}${pidNamespace}`);

const OF_NAMESPACE = "namespace-";

/** The PID namespaces that have a list here. */
export const namespacesWithList = (): readonly string[] => [
  FIRST_PID_NAMESPACE,
  ...listedAt(managerDirectory()).flatMap((name) =>
    name.startsWith(OF_NAMESPACE) ? [name.slice(OF_NAMESPACE.length)] : [],
  ),
];

/** The output of the apps of that list needs this directory besides their log files. */
export const outputDirectory = (pidNamespace: string): string => join(listDirectory(pidNamespace), "output");

/** In the list of apps, each has a folder here. */
export const APPS_FOLDER = "apps";

/** A manager that is gone has left so many apps. They may run, and the next manager goes on with them. Nothing is made. */
export function appsLeft(pidNamespace: string): number {
  const list = listDirectory(pidNamespace);
  const spares = ownRuntimeDirectories(ownUid() ?? -1).map((directory) => join(directory, spareName(list)));
  return new Set([list, ...spares].flatMap((place) => listedAt(join(place, APPS_FOLDER)))).size;
}

/** `save` keeps the apps here for the first manager after a start of the machine or of the container. */
export const dumpPath = (): string => join(managerDirectory(), "dump.json");

/** Names of what `save` has kept, for who only looks. */
export function savedNames(): readonly string[] {
  const kept = parsedJson(textAt(dumpPath(), "ENOENT", "ENOTDIR") ?? "");
  const apps: unknown = isRecord(kept) ? kept["apps"] : null;
  if (!Array.isArray(apps)) return [];
  return apps.flatMap((app: unknown) => {
    const name = isRecord(app) && isRecord(app["spec"]) ? app["spec"]["name"] : null;
    return typeof name === "string" ? name : [];
  });
}
