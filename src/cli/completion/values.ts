/** The values that a word in brackets stands for: `<scope>`, `<app...>`. What only a look can tell is cheap, and starts nothing. */
import type { Program } from "../declaring.ts";
import { TABLE_NAMES } from "../../history/store/read-rows.ts";
import { SCOPES } from "../../host/scope.ts";
import { ONLY_FILES, NO_OFFERS, asOffer, wordsOnly, type Offers } from "./offer.ts";
import { SHELLS } from "./scripts.ts";

const fixed = (...words: readonly string[]) => wordsOnly(words.map((word) => asOffer(word)));

const FIXED: Readonly<Record<string, Offers>> = {
  file: ONLY_FILES,
  pattern: ONLY_FILES,
  paths: ONLY_FILES,
  command: ONLY_FILES,
  folder: { files: "folders", words: [] },
  scope: fixed(...SCOPES),
  mode: fixed("enforce", "observe"),
  signal: fixed("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGKILL"),
  shell: fixed(...SHELLS),
  order: fixed("id", "name", "memory", "cpu", "uptime", "restarts"),
  tables: fixed(...TABLE_NAMES),
};

/** `placeholder`: with its brackets. `isFirst`: nothing was given for it before. */
export async function offersFor(placeholder: string, isFirst: boolean, program: Program): Promise<Offers> {
  const [, word = ""] = /[<[]([\w-]+)/u.exec(placeholder) ?? [];
  const own = program.values?.[word];
  if (own !== undefined) return own();
  switch (word) {
    case "pid":
      return wordsOnly((await import("./pids.ts")).bunProcesses());
    case "app-and-number":
      return isFirst ? offersFor("<app>", true, program) : NO_OFFERS;
    case "signal-and-app":
      return offersFor(isFirst ? "<signal>" : "<app>", isFirst, program);
    default:
      return FIXED[word] ?? NO_OFFERS;
  }
}
