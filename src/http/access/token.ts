/**
 * The secret that the page's address carries behind its `#`, which no browser sends and no log gets. It is made once, and
 * kept in the account's runtime directory, which nobody else can enter or put anything into.
 */
import { timingSafeEqual } from "node:crypto";
import { closeSync, constants, fstatSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openBelieved, readBelieved } from "../../trust/open.ts";
import { orElse } from "../../text/system-error.ts";

const FORM = /^[\w-]{43}\n$/;
const BYTES = 32;
const OWNER_ONLY = 0o600;

export const tokenPath = (runtimeDirectory: string): string => join(runtimeDirectory, "dashboard.token");

/** The one that is there, else a new one. `renew`: whoever has the old one has nothing any more. */
export function ensureToken(path: string, renew = false): string {
  const kept = renew ? null : orElse(null, () => read(path), "ENOENT");
  return kept ?? write(path);
}

/** null: it is not as we write it; another account may have read it, or a start was cut short. */
function read(path: string): string | null {
  const fd = openBelieved(path);
  try {
    if ((fstatSync(fd).mode & 0o777) !== OWNER_ONLY) return null;
  } finally {
    closeSync(fd);
  }
  const text = readBelieved(path);
  return FORM.test(text) ? text.trimEnd() : null;
}

function write(path: string): string {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(BYTES))).toString("base64url");
  rmSync(path, { force: true });
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const fd = openBelieved(path, O_WRONLY | O_CREAT | O_EXCL, OWNER_ONLY);
  try {
    writeSync(fd, `${token}\n`);
  } finally {
    closeSync(fd);
  }
  return token;
}

const digest = (text: string): Uint8Array => new Bun.CryptoHasher("sha256").update(text).digest();

/** How long it takes tells nothing about the token: digests of equal length are compared to their ends. */
export function bearerCheck(token: string): (authorization: string | null) => boolean {
  const right = digest(`Bearer ${token}`);
  return (authorization) => timingSafeEqual(digest(authorization ?? ""), right);
}
