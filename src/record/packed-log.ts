/** Reads a day of the log, whether it is compressed, plain, or both. */
import { createReadStream, type ReadStream } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { openBelieved } from "../trust/open.ts";
import { type LogDay, packedLog } from "./log-files.ts";
import { lastLines, linesOf, MOST_LINE } from "./tail.ts";

/** A symbolic link is not followed. Throws what open(2) throws, and while it is read, what read(2) does. */
export const readPlain = (path: string): ReadStream => createReadStream("", { fd: openBelieved(path) });

/** Gives what was compressed. Throws for a file that is no gzip or is cut off, too. */
export async function* unpack(path: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const source = readPlain(path);
  source.on("error", (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip);
}

/** Does what `packed` holds end with all of `plain`? Then the plain file is what a killed compression left. */
export async function endsWith(packed: string, plain: string): Promise<boolean> {
  const wanted = await digest(readPlain(plain), 0);
  const whole = await digest(unpack(packed), 0);
  const skip = whole.bytes - wanted.bytes;
  return skip >= 0 && (await digest(unpack(packed), skip)).hash === wanted.hash;
}

/** Of what comes after the first `skip` bytes; `bytes` is the size of all. */
async function digest(
  chunks: AsyncIterable<Uint8Array>,
  skip: number,
): Promise<{ readonly hash: string; readonly bytes: number }> {
  const hasher = new Bun.CryptoHasher("sha256");
  let bytes = 0;
  for await (const chunk of chunks) {
    const from = Math.max(0, skip - bytes);
    bytes += chunk.length;
    if (from < chunk.length) hasher.update(chunk.subarray(from));
  }
  return { hash: hasher.digest("hex"), bytes };
}

/** The last `wanted` lines of a day, oldest first. */
export async function lastLinesOfDay(
  directory: string,
  day: LogDay,
  wanted: number,
): Promise<readonly string[]> {
  const plain = join(directory, day.name);
  const packed = packedLog(plain);
  if (!day.isPacked) return lastLines(plain, wanted);
  const later = day.isPlain && !(await endsWith(packed, plain)) ? lastLines(plain, wanted) : [];
  return [...(await lastLinesOf(unpack(packed), wanted - later.length)), ...later];
}

async function lastLinesOf(chunks: AsyncIterable<Uint8Array>, wanted: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(chunks, MOST_LINE)) {
    lines.push(line);
    if (lines.length > wanted) lines.shift();
  }
  return lines;
}
