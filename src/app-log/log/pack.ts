/**
 * Compresses a file that was put aside. Whenever this is killed, every line is on the disk: the compressed
 * file is complete before it gets its name, and has its name before the plain one goes.
 */
import { closeSync, createWriteStream, existsSync, fchmodSync, fsyncSync, rmSync, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { readPlain } from "../../record/packed-log.ts";
import { createAnew, moveInto } from "../../record/replace-file.ts";
import { PACKED, putAsideFiles } from "./rotation.ts";

/**
 * Throws what open(2), write(2) and zlib throw; the plain file is still there then. Only one caller may use
 * it at a time.
 */
export async function packPutAside(path: string): Promise<void> {
  for (const { path: aside, isPacked } of putAsideFiles(path)) {
    const plain = isPacked ? aside.slice(0, -PACKED.length) : aside;
    if (!isPacked && existsSync(plain)) await pack(plain);
    rmSync(plain, { force: true });
  }
}

async function pack(plain: string): Promise<void> {
  const temporary = `${plain}${PACKED}.new`;
  try {
    const fd = createAnew(temporary);
    try {
      fchmodSync(fd, statSync(plain).mode & 0o777);
      await pipeline(readPlain(plain), createGzip(), createWriteStream("", { fd, autoClose: false }));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    moveInto(temporary, plain + PACKED);
  } finally {
    // on a full disk it must not make things worse
    rmSync(temporary, { force: true });
  }
}
