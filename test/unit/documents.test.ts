/** The documents: short enough, narrow enough, and what they point to and name is there. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as v from "valibot";
import { DEFAULTS } from "../../src/config/schema/defaults.ts";
import { VARIABLES } from "../../src/config/environment.ts";
import { anchors, PAGES, readPage, type Page } from "../support/documents.ts";
import { repository } from "../support/launch.ts";

const MAP = "ARCHITECTURE.md";
const README_BYTES = 12 * 1_024;
const WIDTH = 120;
/** A row of a table cannot be wrapped. */
const ROW_WIDTH = 240;

const all: readonly Page[] = [...PAGES, MAP, "CHANGELOG.md"].map(readPage);
const pages = all.filter(({ path }) => path !== "CHANGELOG.md");

test("README is a page that one reads", () => {
  expect(statSync(join(repository, "README.md")).size).toBeLessThanOrEqual(README_BYTES);
});

test.each(pages.map((page) => [page.path, page] as const))("lines of %s have a normal width", (_, page) => {
  const wide = page.prose.filter(([line]) => line.length > (line.startsWith("|") ? ROW_WIDTH : WIDTH));
  expect(wide).toEqual([]);
});

test.each(all.map((page) => [page.path, page] as const))("what %s points to is there", (path, page) => {
  const links = [...page.text.matchAll(/\]\((?<to>[^)\s]+)\)/gu)].map((match) => match.groups?.["to"] ?? "");
  const broken = links.filter((link) => {
    if (/^https?:/u.test(link)) return false;
    const [file = "", fragment] = link.split("#");
    const target = file === "" ? path : relative(repository, join(repository, dirname(path), file));
    if (!existsSync(join(repository, target))) return true;
    return fragment !== undefined && !anchors(readPage(target)).includes(fragment);
  });
  expect(broken).toEqual([]);
});

test("each of the seven ways has under twelve stops, and each stop is one file", () => {
  const [, ...ways] = readPage(MAP).text.split(/^## The way of /mu);
  expect(ways).toHaveLength(7);
  for (const way of ways) {
    const stops = [...way.matchAll(/^\d+\. `(?<file>[^`]+\.(?:ts|sh))` /gmu)];
    expect(stops).toHaveLength([...way.matchAll(/^\d+\. /gmu)].length);
    expect(stops.length).toBeGreaterThan(4);
    expect(stops.length).toBeLessThan(12);
  }
});

test("package scripts that a document names are there", () => {
  const { scripts } = v.parse(
    v.object({ scripts: v.record(v.string(), v.string()) }),
    JSON.parse(readFileSync(join(repository, "package.json"), "utf8")),
  );
  const named = pages.flatMap(({ text }) =>
    [...text.matchAll(/\b(?:npm|bun) run (?<name>[\w:]+)(?![\w:/])/gu)].map(
      (match) => match.groups?.["name"] ?? "",
    ),
  );
  expect(named.length).toBeGreaterThan(5);
  // of the example, not ours
  expect([...new Set(named)].filter((name) => !(name in scripts) && name !== "dev")).toEqual([]);
});

/** `gate.maxSlots` → the default's text. */
const standard = (key: string): string =>
  JSON.stringify(key.split(".").reduce<unknown>((at, part) => Object(at)[part] as unknown, DEFAULTS));

describe("docs/configuration.md", () => {
  const page = readPage("docs/configuration.md");
  const keys = Object.entries(DEFAULTS).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.keys(value).map((inner) => `${key}.${inner}`)
      : [key],
  );

  test("every key has a row with its default", () => {
    const rows = new Map(
      page.prose.flatMap(([line]) => {
        const row = /^\| `(?<key>[\w.]+)` \| (?<standard>[^|]+?) \|/u.exec(line)?.groups;
        return row === undefined
          ? []
          : [[row["key"] ?? "", (row["standard"] ?? "").replaceAll("`", "")] as const];
      }),
    );
    expect(keys.filter((key) => !rows.has(key))).toEqual([]);
    const differing = keys.filter((key) => key !== "alerts.on" && rows.get(key) !== standard(key));
    expect(differing).toEqual([]);
  });

  test("a variable sets every key but the four lists", () => {
    const set = new Set(VARIABLES.map(({ path }) => path.join(".")));
    expect(keys.filter((key) => !set.has(key)).toSorted()).toEqual([
      "alerts.command",
      "alerts.on",
      "protect",
      "rules",
    ]);
  });
});
