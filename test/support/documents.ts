/** The documents of this repository as tests read them: what they print, point to and name. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./launch.ts";

/** README and the pages of docs/. */
export const PAGES: readonly string[] = [
  "README.md",
  ...readdirSync(join(repository, "docs"))
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map((name) => `docs/${name}`),
];

export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

export interface Page {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The lines outside of blocks, with their numbers from 1. */
  readonly prose: readonly (readonly [line: string, number: number])[];
}

/** What a script wrote between these markers has the width that it has. */
const GENERATED = /<!-- (?<what>(?:bench|table):[\w-]+):start -->[^]*?<!-- \k<what>:end -->/gu;

export function readPage(path: string): Page {
  const text = readFileSync(join(repository, path), "utf8").replace(GENERATED, (part) =>
    "\n".repeat(part.split("\n").length - 1),
  );
  const blocks: { language: string; lines: string[] }[] = [];
  const prose: [string, number][] = [];
  let open: { language: string; lines: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^\s*```(?<language>\w*)/u.exec(line);
    if (fence === null) {
      if (open === null) prose.push([line, index + 1]);
      else open.lines.push(line);
      continue;
    }
    if (open === null) open = { language: fence.groups?.["language"] ?? "", lines: [] };
    else {
      blocks.push(open);
      open = null;
    }
  }
  if (open !== null) throw new Error(`${path}: a block is not closed`);
  return { path, text, blocks, prose };
}

/** `code` in the prose. It may go over the end of a line. */
export const spans = ({ prose }: Page): readonly string[] =>
  [
    ...prose
      .map(([line]) => line)
      .join("\n")
      .matchAll(/`(?<code>[^`]+)`/gu),
  ].map((match) => (match.groups?.["code"] ?? "").replaceAll(/\s*\n\s*/gu, " "));

/** Whole command lines that begin with a program of ours, or of the package's scripts. */
const OURS =
  /^(?:npx )?(?:bun-watchdog|bun-wrapper|bun-isolate|bunctl|fix-runaway-bun|bun-monitor-service) |^(?:bun run bun:|bun run scripts\/|npm run |npm start|npm test|npm pack|npm install|bun install|bun start)/u;

/** Every command line that a page prints: the lines of its shell blocks, without comments, and the spans of its prose. */
export function commandLines(page: Page): readonly string[] {
  const inBlocks = page.blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ lines }) => lines)
    .map((line) => line.replace(/(?:^|\s)#.*$/u, "").trim())
    .filter((line) => line !== "");
  return [...new Set([...inBlocks, ...spans(page).filter((span) => OURS.test(span))])];
}

/** GitHub's anchor of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

export const anchors = ({ prose }: Page): readonly string[] =>
  prose.flatMap(([line]) => {
    const heading = /^#+ (?<words>.*)$/u.exec(line)?.groups?.["words"];
    return heading === undefined ? [] : [anchor(heading)];
  });
