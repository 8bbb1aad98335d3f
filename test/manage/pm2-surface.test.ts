/** Every command, option and key that PM2 itself lists: bunctl has it, or says what to do instead. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bunctlProgram } from "../../src/cli/bunctl/commands.ts";
import { PM2_INSTEAD } from "../../src/cli/bunctl/pm2-instead.ts";
import { inOurWords, NEEDLESS, OPTIONS } from "../../src/cli/bunctl/pm2-words.ts";
import { appKeys } from "../../src/config/apps/keys/all.ts";
import { PM2_ONLY } from "../../src/config/apps/keys/pm2-only.ts";
import { packagesDirectory } from "../street/packages.ts";
import { requireNamespace } from "../support/namespace.ts";
import { pm2Missing, processManager } from "../support/process-manager.ts";
import { needs } from "../support/skip.ts";
import { PM2_DOCS } from "./pm2-tables.ts";

requireNamespace();
const ofPm2 = needs({ name: "PM2", missing: pm2Missing });
const page = readFileSync(PM2_DOCS, "utf8");

ofPm2("commands and options of pm2 --help", async () => {
  await using pm2 = processManager("pm2");
  const { stdout: help } = await pm2.shell("pm --help");
  const { commands } = bunctlProgram(null);
  const names = new Set([
    ...Object.keys(commands),
    ...Object.values(commands).flatMap(({ aliases }) => aliases),
  ]);
  const declared = await Promise.all(
    Object.values(commands).map(async ({ load }) => (await load()).options ?? []),
  );
  const flags = new Set(declared.flat().flatMap(([spelled]) => spelled.match(/--?[\w-]+/gu) ?? []));

  const asked = [...help.matchAll(/^ {4}(?<names>[a-z][\w:|-]*)(?= |$)/gmu)].flatMap(
    ({ groups }) => groups?.["names"]?.split("|") ?? [],
  );
  expect(asked).toContain("sysinfos");
  const isKnown = (word: string): boolean =>
    Object.hasOwn(PM2_INSTEAD.commands, word) || names.has(inOurWords([word])[0] ?? "");
  expect(asked.filter((word) => !isKnown(word))).toEqual([]);
  expect(asked.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);

  const options = [...help.matchAll(/^ {4}(?:-\w,? )?(?<name>--[\w-]+)/gmu)].flatMap(
    ({ groups }) => groups?.["name"] ?? [],
  );
  expect(options).toContain("--shutdown-with-message");
  const isTaken = (word: string): boolean =>
    NEEDLESS.has(word) || flags.has(OPTIONS[word] ?? word) || Object.hasOwn(PM2_INSTEAD.options, word);
  const everywhere = new Set(["--version", "--help", "--no-daemon"]);
  expect(options.filter((word) => !isTaken(word) && !everywhere.has(word))).toEqual([]);
});

ofPm2("keys of its schema", () => {
  const schema: unknown = JSON.parse(
    readFileSync(join(packagesDirectory, "pm2/lib/API/schema.json"), "utf8"),
  );
  const keys = Object.keys(Object(schema)).filter((key) => /^\w+$/u.test(key));
  const known = new Set([
    ...appKeys.flatMap(([name, { also, pm2 }]) => [name, pm2].concat(also)),
    ...Object.keys(PM2_ONLY),
  ]);
  expect(keys).toContain("exp_backoff_restart_delay");
  expect(keys.filter((key) => !known.has(key))).toEqual([]);
});
