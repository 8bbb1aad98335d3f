/**
 * The secret that the page's address carries behind its `#`, which no browser sends and no log gets. It is made once, and
 * kept in the account's runtime directory, which nobody else can enter or put anything into.
 */
import { timingSafeEqual } from "node:crypto";
import { constants, fstatSync, linkSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { closing, openBelieved } from "../../trust/open.ts";
import { orElse } from "../../text/system-error.ts";

const FORM = /^[\w-]{43}\n$/;
const BYTES = 32;
const OWNER_ONLY = 0o600;

export const tokenPath = (runtimeDirectory: string): string => join(runtimeDirectory, "dashboard.token");

/** The one that is there, else a new one. `renew`: whoever has the old one has nothing any more. */
export function ensureToken(path: string, renew = false): string {
  const kept = renew ? null : keptToken(path);
  if (kept !== null) return kept;
  rmSync(path, { force: true });
  return write(path);
}

/** null: none is there as we write it. A link, and what is another account's, is not followed, and is no file of ours. */
export function keptToken(path: string): string | null {
  const text = orElse(null, () => closing(openBelieved(path), textOf), "ENOENT", "ELOOP", "EUNTRUSTED");
  return text !== null && FORM.test(text) ? text.trimEnd() : null;
}

/** Nothing where others may have read it. */
const textOf = (fd: number): string =>
  (fstatSync(fd).mode & 0o777) === OWNER_ONLY ? readFileSync(fd, "utf8") : "";

/** Whole from the start. Where another server was faster, its token is everybody's. */
function write(path: string): string {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(BYTES))).toString("base64url");
  const own = `${path}.${crypto.randomUUID()}`;
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  closing(openBelieved(own, O_WRONLY | O_CREAT | O_EXCL, OWNER_ONLY), (fd) => writeSync(fd, `${token}\n`));
  try {
    return orElse(null, () => linkSync(own, path), "EEXIST") === null ? ensureToken(path) : token;
  } finally {
    rmSync(own);
  }
}

const digest = (text: string): Uint8Array => new Bun.CryptoHasher("sha256").update(text).digest();

/** How long it takes tells nothing about the token: digests of equal length are compared to their ends. */
export function bearerCheck(token: string): (authorization: string | null) => boolean {
  const right = digest(`Bearer ${token}`);
  return (authorization) => timingSafeEqual(digest(authorization ?? ""), right);
}
