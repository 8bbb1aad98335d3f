/** Where the manager keeps what outlives it. */
import { join } from "node:path";
import { ownUid } from "../../trust/open.ts";
import { ensureRuntimeDirectory } from "../../os/runtime-directory.ts";
import { homeOf, stateDirectory } from "../../trust/state.ts";

/** In the account's state directory; nothing is made. */
export const managerDirectory = (): string => {
  const [uid, env] = [ownUid(), process.env];
  return join(stateDirectory({ uid, home: homeOf(uid, env), env }), "bunctl");
};

/** What its lock and its socket are called. */
export const MANAGER_NAME = "bunctl";

/** What the output of apps takes besides their log files. */
export const outputDirectory = (): string => join(managerDirectory(), "output");

/** For what the disk of that directory does not take. */
export const spareDirectory = (directory: string): string =>
  join(
    ensureRuntimeDirectory(ownUid() ?? -1),
    `bunctl-${new Bun.CryptoHasher("sha256").update(directory).digest("hex").slice(0, 16)}`,
  );

/** Of the machine itself (PROC_PID_INIT_INO of the kernel's proc_ns.h). */
const FIRST_PID_NAMESPACE = "4026531836";

/**
 * Where the list of apps is. A container may share the home: of jobs outside it sees nothing, so it has a list of its own,
 * and takes nobody's apps for ended.
 */
export const listDirectory = (pidNamespace: string): string =>
  pidNamespace === FIRST_PID_NAMESPACE
    ? managerDirectory()
    : join(managerDirectory(), `namespace-${pidNamespace}`);

/** What `save` has kept, for whoever comes after a start of the machine or of the container. */
export const dumpPath = (): string => join(managerDirectory(), "dump.json");
