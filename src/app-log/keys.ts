/** Names of what one instance writes. */
import type { AppIdentity } from "../core/app/app-spec.ts";

/** Unique for the account, and fit for a file name: of one app in one directory, whatever it is called. */
export function instanceKey({ directory, name }: AppIdentity, number: number): string {
  const hash = Bun.hash(`${directory}\0${name}`).toString(36);
  return `${hash}-${name.replaceAll(/[^\w.-]/gu, "_").slice(0, 64)}-${number}`;
}

/** In a reload an instance has a second output, or a third one where the first reload has not ended. */
export const besideKeys = (key: string): readonly string[] => [key, `${key}+1`, `${key}+2`];
