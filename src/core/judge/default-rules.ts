/**
 * What is spared from the timeout and from the limit on jobs unless the configuration says `defaultRules: false`.
 * Plain data: `config print` shows it, and a user can write the same. Memory and CPU still apply to all of it.
 * An exemption ends when the job is orphaned: what nobody is left to stop is what this product is for.
 */
import type { Match, Rule } from "./policy.ts";
import { TEST_OR_BUILD } from "../process/work.ts";

const SPARED = { timeoutMs: null, concurrency: null } as const;

const spared = (name: string, match: Match): Rule => ({
  name,
  match: { ...match, orphaned: false },
  limits: SPARED,
});

const lasting = (name: string, match: Match): Rule => spared(name, { ...match, notKind: TEST_OR_BUILD });

/** What somebody may have left running on purpose: nobody is stopped for it on a guess, and it is said. */
const told = (name: string, match: Match): Rule => ({
  name,
  match: { ...match, notKind: TEST_OR_BUILD, orphaned: true },
  limits: {},
  suspectOnly: ["timeout", "concurrency"],
});

/** A person who looks on while it computes has Ctrl-C at hand. */
const watched: Rule = {
  name: "under somebody's eyes",
  match: { terminal: true, foreground: true, orphaned: false, notKind: TEST_OR_BUILD },
  limits: {},
  suspectOnly: ["cpu"],
};

export const defaultRules: readonly Rule[] = [
  lasting("servers", { listening: true }),
  lasting("connections", { connected: true }),
  lasting("stdio servers", { servesStdin: true }),
  lasting("file watchers", { watchesFiles: true }),
  lasting("terminals", { terminal: true }),
  // the service manager is its starter, and stops it
  { name: "service units", match: { service: true, notKind: TEST_OR_BUILD }, limits: SPARED },
  // somebody sits at a breakpoint, of a test too
  spared("debuggers", { inspected: true }),
  spared("watch and hot reload", { kind: ["watch", "hot"] }),
  // stopped halfway, these leave a broken node_modules or a half-published package
  spared("package management", { kind: ["install"] }),
  told("orphaned servers", { listening: true }),
  told("orphaned connections", { connected: true, abandoned: false }),
  watched,
  // the apps of bunctl belong here, matched by the name that it gives them, when bunctl exists
];
