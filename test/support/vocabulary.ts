/** One word for one thing: the word that every text uses, and the others that people have for it. */
export const VOCABULARY: readonly (readonly [word: string, others: RegExp])[] = [
  ["folder", /(?<!\b(?:working|home|root|state|runtime|git) )\bdirector(?:y|ies)\b/iu],
  ["instance", /\b(?:all|each|every|more|next|one|several|two) cop(?:y|ies)\b/iu],
  ["timeout", /\btime limit\b/iu],
  ["exit code", /\b(?:exit status|return code)\b/iu],
  ["spared", /\bexempt/iu],
  ["look", /\b(?:one|each|every) pass\b/iu],
  ["the page", /\bweb (?:page|UI|interface)\b/iu],
  ["grace", /\bgrace period\b/iu],
  ["reprieve", /\bamnesty\b/iu],
  ["CPU use", /\bCPU usage\b/u],
  ["memory", /\bRAM\b/u],
  ["account", /\bthis user(?:'s)?\b/iu],
  ["project", /\bthis repo\b/iu],
  ["the watchdog's log", /\blogfile\b/iu],
];
