/** The demo's screen: lines that stay, and on a terminal one that counts the seconds until the next of them. */
import { CAST, type Member } from "./cast.ts";
import { beside } from "../render/notes.ts";
import { bold, dim, green, lineWidth, plain, red, yellow } from "../text/style.ts";
import { table } from "../text/table.ts";
import { type Line, isSuccess, type ProgramEnds } from "./verdict.ts";

const PAINT: Record<Line["word"], (text: string) => string> = {
  suspect: yellow,
  runaway: red,
  dead: green,
  "alive!": red,
  spared: plain,
};

const NAME_WIDTH = Math.max(...CAST.map(({ file }) => file.length));
const WORD_WIDTH = Math.max(...Object.keys(PAINT).map((word) => word.length));
const HANGING = "  00.0s  ".length + NAME_WIDTH + 2 + WORD_WIDTH + 2;
const CLEAR_LINE = "\r\u001B[2K";
const EVERY_MS = 200;

/** `  6.2s  leak.ts          runaway  uses 204 MB …`, wrapped under the sentence. */
export function storyLine(name: string, { word, text }: Line, elapsedMs: number): string {
  const time = `${(elapsedMs / 1_000).toFixed(1)}s`.padStart(7);
  const head = `${dim(time)}  ${name.padEnd(NAME_WIDTH)}  ${PAINT[word](word.padEnd(WORD_WIDTH))}  `;
  return beside(head, HANGING, text, lineWidth()).join("\n");
}

const roleLines = (role: Member["role"], title: string, expectation: string): string[] =>
  table(
    [{ title }, { title: "" }, { title: expectation, flexible: true }],
    CAST.filter((member) => member.role === role).map(({ file, does, expected }) => [
      `  ${file.padEnd(NAME_WIDTH)}`,
      does.padEnd(Math.max(...CAST.map((member) => member.does.length))),
      expected,
    ]),
    lineWidth(),
    (line, row) => (row === "header" ? bold(line) : line),
  );

export const castLines = (): string[] => [
  ...roleLines("runaway", "Four runaways", "must die of"),
  ...roleLines("innocent", "Two innocents", "must live"),
];

export function endLines(ends: ProgramEnds): string[] {
  const { runaways, innocents } = ends;
  const rows = [
    ...runaways.map(({ name, dead, how }) => [name, dead ? "dead" : "ALIVE", how]),
    ...innocents.map(({ name, alive, proof }) => [name, alive ? "alive" : "NOT ALIVE", proof]),
  ];
  const isRight = [...runaways.map(({ dead }) => dead), ...innocents.map(({ alive }) => alive)];
  const [dead, alive] = [runaways.filter((each) => each.dead), innocents.filter((each) => each.alive)];
  const sum = `${dead.length} of ${runaways.length} runaways are dead, ${alive.length} of ${innocents.length} innocents live.`;
  const lines = table([{ title: "" }, { title: "" }, { title: "" }], rows, lineWidth()).slice(1);
  return [
    bold("In the end, asked of the kernel and of the innocents themselves:"),
    ...lines.map((line, at) => `  ${(isRight[at] === true ? green : red)(line)}`),
    "",
    isSuccess(ends) ? green(sum) : red(sum),
  ];
}

/** Counts under the last line until the next one comes; nothing without a terminal. */
export function openScreen(
  status: () => string,
  isLive: boolean,
): Disposable & { print(text: string): void } {
  // one that wraps could not be cleared
  const draw = (): boolean => process.stdout.write(`${CLEAR_LINE}${dim(status().slice(0, lineWidth() - 1))}`);
  const timer = isLive ? setInterval(draw, EVERY_MS) : null;
  return {
    print: (text) => {
      process.stdout.write(`${isLive ? CLEAR_LINE : ""}${text}\n`);
      if (isLive) draw();
    },
    [Symbol.dispose]: () => {
      if (timer === null) return;
      clearInterval(timer);
      process.stdout.write(CLEAR_LINE);
    },
  };
}
