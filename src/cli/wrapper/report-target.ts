/**
 * Where a report goes. A file is written whole or not at all; into everything else (a descriptor, a device, a FIFO, whatever
 * a link points to) it is written, and nothing takes its place. Nobody who does not read it keeps us waiting for long.
 */
import { closeSync, constants, lstatSync, openSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { writeFileSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { duplicate } from "../../os/linux/pidfd.ts";

export interface ReportTarget {
  /** Throws an Error that says why it cannot be written. */
  write(text: string): void;
}

const { O_CREAT, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;

/** To be asked before the command has a descriptor that is named here. */
export function reportTarget(path: string): ReportTarget {
  const { to, descriptor } = follow(resolve(path));
  if (descriptor === null)
    return { write: (text) => (isPlain(to) ? replace(to, text) : writeInto(to, text)) };
  // what is open is written on from where it stands: another opening would begin at its start
  const fd = duplicate(descriptor);
  if (fd === null) throw new Error(`descriptor ${descriptor} is not open, or there is no other one left`);
  return { write: (text) => writeAll(fd, text) };
}

const NAMES = new Map([
  ["/dev/stdin", 0],
  ["/dev/stdout", 1],
  ["/dev/stderr", 2],
]);

function descriptorOf(path: string): number | null {
  const [, number] = /^(?:\/dev\/fd|\/proc\/(?:self|thread-self)\/fd)\/(\d+)$/.exec(path) ?? [];
  return number === undefined ? (NAMES.get(path) ?? null) : Number(number);
}

/** Links may lead to a descriptor of ours, as /dev/stdout does. A path that links lead to is written into as it is. */
function follow(path: string): { readonly to: string; readonly descriptor: number | null } {
  let at = path;
  for (let links = 0; links < 40; links++) {
    const descriptor = descriptorOf(at);
    if (descriptor !== null) return { to: path, descriptor };
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) break;
    at = resolve(dirname(at), readlinkSync(at));
  }
  return { to: path, descriptor: null };
}

/** A file, or nothing yet. */
const isPlain = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true;

function replace(to: string, text: string): void {
  const draft = `${to}.${process.pid}.new`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writeInto(path: string, text: string): void {
  const fd = openToWrite(path);
  try {
    writeAll(fd, text);
  } finally {
    closeSync(fd);
  }
}

/** Somebody may be about to read a FIFO: opened without waiting, it is refused until then (ENXIO, fifo(7)). */
const [TRIES, BETWEEN_TRIES_MS] = [200, 10] as const;

function openToWrite(path: string): number {
  for (let tries = 1; ; tries++) {
    try {
      return openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o666);
    } catch (error) {
      if (tries === TRIES || !hasCode(error, "ENXIO")) throw error;
      Bun.sleepSync(BETWEEN_TRIES_MS);
    }
  }
}

/** All of it: what is taken in parts is written on; who takes nothing for two seconds reads nothing. */
function writeAll(fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0, tries = 0; at < bytes.length;) {
    try {
      const written = writeSync(fd, bytes, at);
      if (written === 0) throw new Error(`only ${at} of ${bytes.length} bytes were taken`);
      at += written;
      tries = 0;
    } catch (error) {
      if (++tries === TRIES || !hasCode(error, "EAGAIN")) throw error;
      Bun.sleepSync(BETWEEN_TRIES_MS);
    }
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
