/** A plain command line, read without commander: what it comes to, and what is left to commander. */
import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/text/errors.ts";
import type { Declaration } from "../../../src/cli/declaring.ts";
import { plainCall } from "../../../src/cli/plain.ts";

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
const number = (text: string): number => {
  if (!/^\d+$/u.test(text)) throw new UsageError("Write a whole number.");
  return Number(text);
};

const start: Declaration = {
  argument: ["[what...]", "files"],
  options: [
    ["-i, --instances <count>", "copies", number],
    ["--no-autorestart", "leave it"],
    ["--only <names>", "these", several],
    ["--restart <when>", "when", ["always", "no"]],
    ["--watch [paths]", "files"],
    ["--lines <count>", "so many", number, 15],
    ["--max-memory <size>", "bytes"],
    ["--json", "for programs"],
  ],
};
const flush: Declaration = { argument: ["<app...>", "apps"] };
const env: Declaration = { argument: ["<app>", "an app"] };

const DEFAULTS = { lines: 15 };

describe.each<[string, Declaration, readonly string[], readonly unknown[] | null]>([
  ["nothing", start, [], [[], DEFAULTS]],
  ["words and flags in any order", start, ["a", "--json", "b"], [["a", "b"], { ...DEFAULTS, json: true }]],
  ["a short option", start, ["-i", "2"], [[], { ...DEFAULTS, instances: 2 }]],
  ["a value behind =", start, ["--max-memory=1G"], [[], { ...DEFAULTS, maxMemory: "1G" }]],
  ["a value with = in it", start, ["--max-memory=1=G"], [[], { ...DEFAULTS, maxMemory: "1=G" }]],
  ["a value that begins with a dash", start, ["-i", "-1"], null],
  ["a value that is missing", start, ["-i"], null],
  ["a value in the same word", start, ["-i2"], null],
  ["a value for an option that has none", start, ["--json=1"], null],
  ["a dash is a word", start, ["-"], [["-"], DEFAULTS]],
  ["the last of two", start, ["--lines", "1", "--lines", "2"], [[], { lines: 2 }]],
  ["what a --no- takes away", start, ["--no-autorestart"], [[], { ...DEFAULTS, autorestart: false }]],
  ["several", start, ["--only", "a", "--only", "b"], [[], { ...DEFAULTS, only: ["a", "b"] }]],
  ["one of the words", start, ["--restart", "no"], [[], { ...DEFAULTS, restart: "no" }]],
  ["none of the words", start, ["--restart", "never"], null],
  ["a value that is none", start, ["-i", "two"], null],
  ["an option that may have no value", start, ["--watch"], null],
  ["an unknown option", start, ["--jsn"], null],
  ["help", start, ["--help"], null],
  ["an argument that is missing", flush, [], null],
  ["one argument", env, ["api"], ["api", {}]],
  ["one too many", env, ["api", "web"], null],
  ["no argument is declared", {}, ["api"], null],
  ["the options of another command", { passThrough: true }, ["--", "bun"], null],
])("%s", (_, declaration, args, call) => {
  test(JSON.stringify(args), () => expect(plainCall(declaration, args)).toEqual(call));
});
