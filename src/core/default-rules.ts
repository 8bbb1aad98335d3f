/**
 * What is spared from the timeout and from the limit on jobs unless the configuration says `defaultRules: false`.
 * Plain data: `config print` shows it, and a user can write the same. Memory and CPU still apply to all of it.
 * An exemption ends when the job is orphaned: what nobody is left to stop is what this product is for.
 */
import type { Match, Rule } from "./policy.ts";

const spared = (name: string, match: Match): Rule => ({
  name,
  match: { ...match, orphaned: false },
  limits: { timeoutMs: null, concurrency: null },
});

export const defaultRules: readonly Rule[] = [
  // A test may open a port and a bundler may serve one; what serves and does neither is meant to stay.
  spared("servers", { listening: true, notKind: ["test", "test-worker", "build"] }),
  spared("watch and hot reload", { kind: ["watch", "hot"] }),
  spared("a terminal's foreground job", { foreground: true }),
  // Stopped halfway, these leave a broken node_modules or a half-published package.
  spared("package management", { kind: ["install"] }),
  // Somebody sits at a breakpoint.
  spared("debugger attached", { args: "^--inspect(-wait|-brk)?(=|$)" }),
  // They wait on their standard input for as long as their editor or agent lives.
  spared("stdio servers", { name: "(^|[^a-z])(mcp|lsp|language-server)([^a-z]|$)", parentAlive: true }),
  // The apps of bunctl belong here, matched by the name that it gives them, when bunctl exists.
];
