/** The configuration in force, as text a person can read, save and load again. */
import { defaultRules } from "../core/judge/default-rules.ts";
import { governanceInWords } from "../core/judge/governance-words.ts";
import { DEFAULTS } from "./schema/defaults.ts";
import type { Loaded, Origin } from "./load.ts";
import { originWords } from "./origin-words.ts";
import { ruleSetting } from "./schema/policy.ts";
import { shownValue } from "./schema/printable.ts";
import { printableLines } from "../text/mask.ts";
import { descend, isRecord } from "../text/json.ts";

import { shownSettings } from "./schema/secrets.ts";

const jsonLine = (value: unknown): string => printableLines(JSON.stringify(value));

/** Commented JSON with a final newline: every key, where its value comes from, the built-in rules as data. */
export function printConfig(loaded: Loaded): string {
  const settings = shownSettings(loaded.settings);
  const entries = Object.entries(DEFAULTS).map(([key]) => {
    const value = Object.entries(settings).find(([each]) => each === key)?.[1];
    if (Array.isArray(value)) return list(key, value, loaded);
    if (isRecord(value)) return object(key, value, loaded);
    return line(`  ${jsonLine(key)}: ${jsonLine(value)}`, loaded.sources.get(key));
  });
  const files = loaded.files.map((path) => shownValue(path, MAX_PATH)).join(", ");
  const head = `// In force for ${shownValue(loaded.projectRoot, MAX_PATH)}; files read: ${files === "" ? "none" : files}`;
  const rule = governanceInWords(loaded.policy).map((sentence) => `// ${shownValue(sentence, MAX_RULE)}\n`);
  return `${head}\n${rule.join("")}{\n${entries.join("\n")}\n}\n`;
}

const MAX_PATH = 300;
const MAX_RULE = 600;

const line = (text: string, origin: Origin = { kind: "default", where: "" }): string =>
  `${text}, // ${shownValue(originWords(origin), MAX_PATH)}`;

function object(
  key: string,
  value: Readonly<Record<string, unknown>>,
  { sources, settings }: Loaded,
): string {
  const inner = Object.entries(value).map(([name, each]) => {
    const text = jsonLine(each);
    const entry = line(`${jsonLine(name)}: ${text}`, sources.get(`${key}.${name}`));
    // a saved print must not set what it only hints at
    const isMasked = text !== jsonLine(descend(settings, [key, name]));
    return isMasked ? `    // ${entry}, not printed: it is secret` : `    ${entry}`;
  });
  return [`  ${jsonLine(key)}: {`, ...inner, "  },"].join("\n");
}

function list(key: string, value: readonly unknown[], { sources, settings }: Loaded): string {
  const own = value.map((each, index) => line(`    ${jsonLine(each)}`, sources.get(`${key}[${index}]`)));
  const builtIn = key === "rules" && settings.defaultRules ? builtInRules() : [];
  if (own.length + builtIn.length === 0) return line(`  ${jsonLine(key)}: []`, sources.get(key));
  return [`  ${jsonLine(key)}: [`, ...own, ...builtIn, "  ],"].join("\n");
}

/** As comments: they are in force by `defaultRules`, and a saved print must not state them a second time. */
const builtInRules = (): string[] => [
  "    // Built in (defaultRules), after those above:",
  ...defaultRules.map((rule) => `    // ${jsonLine(ruleSetting(rule))},`),
];
