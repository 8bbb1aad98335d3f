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
  const rows = [
    ...ends.runaways.map(({ name, dead, how }) => [name, dead ? "dead" : "ALIVE", how]),
    ...ends.innocents.map(({ name, alive, proof }) => [name, alive ? "alive" : "NOT ALIVE", proof]),
  ];
  const isRight = [...ends.runaways.map(({ dead }) => dead), ...ends.innocents.map(({ alive }) => alive)];
  const dead = ends.runaways.filter((each) => each.dead).length;
  const alive = ends.innocents.filter((each) => each.alive).length;
  const sum = `${dead} of ${ends.runaways.length} runaways are dead, ${alive} of ${ends.innocents.length} innocents live.`;
  return [
    bold("In the end, asked of the kernel and of the innocents themselves:"),
    ...table([{ title: "" }, { title: "" }, { title: "" }], rows, lineWidth(), (line, row) => {
      if (row === "header") return line;
      return `  ${(isRight[row] === true ? green : red)(line)}`;
    }).slice(1),
    "",
    isSuccess(ends) ? green(sum) : red(sum),
  ];
}

/** Counts under the last line until the next one comes; nothing without a terminal. */
export class Screen implements Disposable {
  readonly #isLive: boolean;
  readonly #status: () => string;
  readonly #timer: Timer | null;

  constructor(status: () => string, isLive = process.stdout.isTTY) {
    this.#status = status;
    this.#isLive = isLive;
    this.#timer = isLive ? setInterval(() => this.#draw(), EVERY_MS) : null;
  }

  print(text: string): void {
    process.stdout.write(`${this.#isLive ? CLEAR_LINE : ""}${text}\n`);
    if (this.#isLive) this.#draw();
  }

  #draw(): void {
    // one that wraps could not be cleared
    process.stdout.write(`${CLEAR_LINE}${dim(this.#status().slice(0, lineWidth() - 1))}`);
  }

  [Symbol.dispose](): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    process.stdout.write(CLEAR_LINE);
  }
}
