/** The token: it comes in the address (`#token=…`), which no server sees, and is kept for as long as this tab is open. */

import { storeBy, storedBy } from "../dom/kept.ts";

const KEY = "bun-watchdog-token";
const IN_ADDRESS = /^#token=([\w-]+)$/u;

/** Takes the token out of the address, so that it is in no bookmark and no screenshot. null: there is none. */
export function takeToken(): string | null {
  const found = IN_ADDRESS.exec(location.hash)?.[1];
  if (found === undefined) return storedBy("tab", KEY);
  storeBy("tab", KEY, found);
  history.replaceState(null, "", `${location.pathname}#/`);
  return found;
}
