/** An app file to its value: parsed where it is data, evaluated where it is code. */
import { statSync } from "node:fs";
import type { ContainerFactory } from "../../ports/container.ts";
import { readConfigFile } from "../files/read.ts";
import { shownValue, printablePath } from "../schema/printable.ts";
import { nameOf, unmappedUid } from "../../trust/accounts.ts";
import { configProblem, ConfigError, fileProblem, type Problem } from "../schema/problem.ts";
import { child, descend } from "../schema/shape.ts";
import type { ValuePlace } from "../schema/place.ts";
import { decodeText } from "../syntax/decode.ts";
import type { TextFault } from "../syntax/document.ts";
import { readDocument } from "../syntax/parse.ts";
import type { AppFile } from "./find.ts";

interface ReadOptions {
  readonly uid: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly containers: () => Promise<ContainerFactory>;
}

interface ReadFile {
  readonly value: unknown;
  /** null: what was evaluated has no places. */
  readonly locate: ValuePlace["locate"];
  readonly printed: string;
  readonly warnings: readonly Problem[];
}

/** @throws ConfigError */
export async function readAppFile(file: AppFile, { uid, env, containers }: ReadOptions): Promise<ReadFile> {
  // read in any case: what is missing, no file, or not to be believed is said in the same words
  const { bytes, warnings: whose } = readConfigFile(file.path, uid);
  const warnings = whose.map((text) => fileProblem("passed-over", file.path, text));
  if (file.format === "code") {
    requireOwn(file.path, uid);
    const { evaluateAppFile } = await import("./evaluate.ts");
    const { value, printed, dropped } = await evaluateAppFile(file.path, { containers, env });
    return {
      value,
      locate: null,
      printed,
      warnings: [...warnings, ...dropped.map((each) => noData(file.path, each))],
    };
  }
  const decoded = decodeText(bytes);
  if (!decoded.ok) throw refused(file.path, [decoded.fault]);
  const document = await readDocument(decoded.text, file.format);
  if (!document.ok) throw refused(file.path, document.faults);
  if (file.below.length > 0 && descend(document.value, file.below) === undefined)
    throw refused(file.path, [
      {
        code: "syntax",
        path: [],
        at: document.locate([], "value"),
        message: `has no key ${file.below.join(".")}: it declares no app`,
        allowed: 'a key such as "bunctl": { "apps": [{ "name": "api", "command": "bun run start" }] }',
      },
    ]);
  return {
    value: file.below.reduce<unknown>(child, document.value),
    locate: (path, part) => document.locate([...file.below, ...path], part),
    printed: "",
    warnings,
  };
}

/** `apps[0].onStart a function` */
function noData(path: string, dropped: string): Problem {
  const [, key = "", what = ""] = /^(?<key>.*?) (?<what>an? .*)$/u.exec(dropped) ?? [];
  return configProblem("passed-over", shownValue(path, 300), {
    key: shownValue(key, 200),
    message: `is ${shownValue(what)}, which is no data, and is passed over`,
    allowed:
      what === "a regular expression"
        ? "write it as a text: a glob, or a name"
        : "call it, and put what it gives here",
  });
}

/** Code runs as whoever evaluates it. Data of another account may be named, and is warned of. */
function requireOwn(path: string, uid: number | null): void {
  const owner = statSync(path).uid;
  if (uid === null || [uid, 0, unmappedUid()].includes(owner)) return;
  throw new ConfigError([
    fileProblem(
      "untrusted",
      path,
      `belongs to ${nameOf(owner)}, and is code: evaluating it would run it as this account`,
      "copy it to a file of your own, or run this as that account",
    ),
  ]);
}

const refused = (source: string, faults: readonly TextFault[]): ConfigError =>
  new ConfigError(
    faults.map(({ code, path, at, message, allowed }) => ({
      code,
      source: shownValue(source, 300),
      at,
      key: printablePath(path),
      value: null,
      message,
      allowed,
      nearest: null,
    })),
  );
