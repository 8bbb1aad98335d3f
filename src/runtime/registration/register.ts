/** A program shows itself on the page of this account's watchdog, and takes collections from there. */
import { basename } from "node:path";
import { platformName } from "../../os/select-start.ts";
import { ProcessController } from "../controller.ts";
import { PageLink } from "./page-link.ts";
import type { PageRegistration, PageRegistrationOptions } from "./registration.ts";

/** Of this global object: a program that is loaded anew (`--hot`) has one registration, and so has each worker. */
const KEY = Symbol.for("bun-watchdog/runtime:registration");
// nobody else has this key
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const known = globalThis as { [KEY]?: PageRegistration };

/**
 * Waits in the background for somebody to look at the page, until it is disposed of. It throws nothing, keeps no program
 * alive, and says nothing until somebody looks. Called again: the registration before is taken back. Beside Linux it does
 * nothing: no system but Linux tells the server for certain which process has connected.
 */
export function registerWithWatchdog(options: PageRegistrationOptions = {}): PageRegistration {
  const { name = basename(Bun.main), controller = new ProcessController(), mayCollect = true } = options;
  known[KEY]?.[Symbol.dispose]();
  return (known[KEY] =
    platformName() === "linux"
      ? new PageLink({ name, controller, mayCollect }, process.getuid?.() ?? -1)
      : ELSEWHERE);
}

const ELSEWHERE: PageRegistration = {
  state: "waiting",
  trouble: "Programs can be registered on Linux only.",
  [Symbol.dispose]: () => undefined,
};
