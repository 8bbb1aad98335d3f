/**
 * The secret that the page's address carries behind its `#`, which no browser sends and no log gets. Each server makes a new one:
 * while none of ours runs, another account may listen at its port, and is shown the old one by every page that is open and by
 * whoever opens an old address. It is kept in the account's runtime directory, which nobody else can enter or put anything into.
 */
import { timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { replaceFile } from "../../record/replace-file.ts";

const BYTES = 32;

export const tokenPath = (runtimeDirectory: string): string => join(runtimeDirectory, "dashboard.token");

/** Whatever was there is replaced: whoever has the old one has nothing any more. */
export function renewToken(path: string): string {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(BYTES))).toString("base64url");
  replaceFile(path, `${token}\n`);
  return token;
}

const digest = (text: string): Uint8Array => new Bun.CryptoHasher("sha256").update(text).digest();

/** How long it takes tells nothing about the token: digests of equal length are compared to their ends. */
export function bearerCheck(token: string): (authorization: string | null) => boolean {
  const right = digest(`Bearer ${token}`);
  return (authorization) => timingSafeEqual(digest(authorization ?? ""), right);
}
