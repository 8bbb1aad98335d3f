/** Reads one configuration file without ever hanging on it: only regular files, only so many bytes. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { codeOf } from "../../text/system-error.ts";
import { fileKindOf } from "../../trust/open.ts";
import { entryExists } from "./directories.ts";
import { ConfigError, fileProblem } from "../schema/problem.ts";
import { checkTrust } from "./trust.ts";

/** Real files have a few hundred bytes. */
const MAX_FILE_BYTES = 262_144;

/**
 * The file's bytes, and what to warn about (a foreign owner).
 * @throws ConfigError: missing, unreadable, no regular file (FIFO, directory, device), too large, not to be trusted.
 */
export function readConfigFile(path: string, uid: number | null) {
  // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever (open(2)); for regular files it means nothing.
  const descriptor = open(path);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw refuse("not-a-file", path, `is ${fileKindOf(stat)}`, "a regular file");
    if (stat.size > MAX_FILE_BYTES) throw tooLarge(path, stat.size);
    const warnings = checkTrust(path, stat, uid);
    return { bytes: readBounded(descriptor, path), warnings };
  } finally {
    closeSync(descriptor);
  }
}

const refuse = (...args: Parameters<typeof fileProblem>): ConfigError =>
  new ConfigError([fileProblem(...args)]);

const tooLarge = (path: string, bytes: number): ConfigError =>
  refuse("too-large", path, `has ${bytes} bytes`, `up to ${MAX_FILE_BYTES}`);

const POINT_IT = "remove the link, or point it to a file";

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (error) {
    throw openProblem(path, codeOf(error) ?? String(error));
  }
}

function openProblem(path: string, code: string): ConfigError {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      // The search has seen an entry of this name: a link that leads nowhere.
      if (entryExists(path))
        return refuse("not-found", path, "is a symbolic link that leads nowhere", POINT_IT);
      return refuse("not-found", path, "does not exist", "the path of a configuration file");
    case "ELOOP":
      return refuse("unreadable", path, "is a symbolic link that leads to itself", POINT_IT);
    case "EACCES":
    case "EPERM":
      return refuse("unreadable", path, "may not be read", "give this account the right to (chmod, chown)");
    case "ENXIO":
      return refuse("not-a-file", path, "is a socket or a device", "a regular file");
    default:
      return refuse("unreadable", path, `cannot be opened (${code})`);
  }
}

/** By bytes read, not by the size stated: a file may grow, and those of /proc state none. */
function readBounded(descriptor: number, path: string): Uint8Array {
  const buffer = new Uint8Array(MAX_FILE_BYTES + 1);
  let length = 0;
  try {
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += count;
      if (length > MAX_FILE_BYTES) throw tooLarge(path, length);
      if (count === 0) return buffer.slice(0, length);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw refuse("unreadable", path, `cannot be read (${codeOf(error) ?? String(error)})`);
  }
}
