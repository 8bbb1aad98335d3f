/**
 * Compresses a day of the log that gets no more lines. Whenever this is killed, every line is on disk: the compressed
 * file is complete before it gets its name, and has its name before the plain one goes. If both are left, the next
 * round finds out by their ends whether the lines are the same or came later (a clock that was set back).
 */
import { closeSync, createWriteStream, fsyncSync, lstatSync, rmSync, type Stats } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type LogDay, packedLog } from "./log-files.ts";
import { endsWith, readPlain, unpack } from "./packed-log.ts";
import { createAnew, moveInto } from "./replace-file.ts";

export interface Compressed {
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** One name for all: what a killed round left is replaced by the next one. */
const UNFINISHED = "bun-process-monitor.compressing";

/**
 * Throws what open(2), write(2) and zlib throw, and for what is no file of ours; the plain file is there then. For one
 * caller at a time.
 */
export async function compressLog(directory: string, day: LogDay): Promise<Compressed> {
  const plain = join(directory, day.name);
  const packed = packedLog(plain);
  const before = regularFile(plain);
  if (day.isPacked) regularFile(packed);
  if (!day.isPacked || !(await endsWith(packed, plain))) {
    const temporary = join(directory, UNFINISHED);
    try {
      await write(day.isPacked ? both(packed, plain) : readPlain(plain), temporary);
      if (!isSame(before, lstatSync(plain))) throw new Error(`${day.name} still gets lines`);
      moveInto(temporary, packed);
    } finally {
      // on a full disk it must not make things worse
      rmSync(temporary, { force: true });
    }
  }
  rmSync(plain);
  return { fromBytes: before.size, toBytes: lstatSync(packed).size };
}

function regularFile(path: string): Stats {
  const stat = lstatSync(path);
  if (!stat.isFile()) throw new Error(`${path} is not a regular file`);
  return stat;
}

const isSame = (before: Stats, after: Stats): boolean =>
  before.ino === after.ino && before.dev === after.dev && before.size === after.size;

async function* both(packed: string, plain: string): AsyncGenerator<Uint8Array> {
  yield* unpack(packed);
  yield* readPlain(plain);
}

/** On disk when it resolves. */
async function write(lines: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const fd = createAnew(path);
  try {
    await pipeline(Readable.from(lines), createGzip(), createWriteStream("", { fd, autoClose: false }));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
