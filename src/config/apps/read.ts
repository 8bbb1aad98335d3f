/** Reads an app file to its value: it is parsed if it is data, and evaluated if it is code. */
import { statSync } from "node:fs";
import type { ContainerFactory } from "../../ports/container.ts";
import { readConfigFile } from "../files/read.ts";
import { shownValue, printablePath } from "../schema/printable.ts";
import { nameOf, unmappedUid } from "../../trust/accounts.ts";
import { configProblem, ConfigError, fileProblem, type Problem } from "../schema/problem.ts";
import { descend } from "../../text/json.ts";
import type { ValuePlace } from "../schema/place.ts";
import { decodeText } from "../syntax/decode.ts";
import type { Document, TextFault } from "../syntax/document.ts";
import { plainJson, readDocument } from "../syntax/read-document.ts";
import type { AppFile } from "./find.ts";

interface ReadOptions {
  readonly uid: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly containers: () => Promise<ContainerFactory>;
}

interface ReadFile {
  readonly value: unknown;
  /**
   * Finds the places of the value's parts, for messages about them; null: an evaluated value has no places.
   */
  readonly places: (() => Promise<ValuePlace["locate"]>) | null;
  readonly printed: string;
  readonly warnings: readonly Problem[];
}

/** `given`: the content, if that is known already. @throws ConfigError */
export async function readAppFile(
  file: AppFile,
  { uid, env, containers }: ReadOptions,
  given: string | null = null,
): Promise<ReadFile> {
  // the file is read in any case, so that the words are the same if it is missing, no file, or not to be
  // trusted
  const { bytes, warnings: whose } =
    given === null
      ? readConfigFile(file.path, uid)
      : { bytes: new TextEncoder().encode(given), warnings: [] };
  const warnings = whose.map((each) => fileProblem("passed-over", file.path, each));
  if (file.format === "code") {
    requireOwn(file.path, uid);
    const { evaluateAppFile } = await import("./evaluate.ts");
    const { value, printed, dropped } = await evaluateAppFile(file.path, { containers, env });
    return {
      value,
      places: null,
      printed,
      warnings: [...warnings, ...dropped.map((each) => noData(file.path, each))],
    };
  }
  const decoded = decodeText(bytes);
  if (!decoded.ok) throw refused(file.path, [decoded.fault]);
  const { text } = decoded;
  const plain = file.format === "json" ? plainJson(text) : null;
  const value = plain === null ? (await documentOf(text, file)).value : plain.value;
  const below = descend(value, file.below);
  if (below === undefined) throw await nothingBelow(text, file);
  const places = async (): Promise<ValuePlace["locate"]> => {
    const document = await documentOf(text, file);
    return (path, part) => document.locate([...file.below, ...path], part);
  };
  return { value: below, places, printed: "", warnings };
}

/** @throws ConfigError */
async function documentOf(
  text: string,
  { path, format }: AppFile,
): Promise<Extract<Document, { readonly ok: true }>> {
  const document = await readDocument(text, format === "yaml" ? "yaml" : "json");
  if (!document.ok) throw refused(path, document.faults);
  return document;
}

const nothingBelow = async (text: string, file: AppFile): Promise<ConfigError> =>
  refused(file.path, [
    {
      code: "syntax",
      path: [],
      at: (await documentOf(text, file)).locate([], "value"),
      message: `has no key ${file.below.join(".")}: it declares no app`,
      allowed: 'a key such as "bunctl": { "apps": [{ "name": "api", "command": "bun run start" }] }',
    },
  ]);

/** `dropped` looks like this: `apps[0].onStart a function` */
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

/**
 * Code runs with the rights of the account that evaluates it. Data of another account may be named, and is
 * warned of.
 */
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
