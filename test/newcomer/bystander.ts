/** What a newcomer has running when the first monitor starts. Each says from outside whether it is whole and answers. */
import {
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { startFixture, until, workplace, type Fixture, type Started } from "../support/ready.ts";
import { treeOf } from "./tree.ts";

export interface Bystander extends AsyncDisposable {
  /** Its whole tree when it was up. */
  readonly pids: readonly Started[];
  /** Resolves to what it says now; rejects or stays silent when it is not well. */
  answer(): Promise<string>;
}

export const fixture = (name: string): string => join(repository, "test/fixtures/newcomer", name);

/** The commands of this checkout, `bun` among them, first on PATH: as `npm run` does it. */
export const withBun: Readonly<Record<string, string>> = {
  PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
};

/** A directory of its own in the project, gone with the bystander. */
export const scratchDirectory = (): string =>
  mkdtempSync(join(workplace.directory ?? tmpdir(), "bun-watchdog-newcomer-"));

/** Starts argv in `directory` as a fixture; `answer` gets the fixture to read its lines from. */
export async function bystander(
  argv: readonly string[],
  answer: (up: Fixture, directory: string) => Promise<string>,
  prepare: (directory: string) => void | Promise<void> = () => undefined,
): Promise<Bystander> {
  const directory = scratchDirectory();
  await prepare(directory);
  const up = await startFixture(argv, { cwd: directory, env: { ...withBun, HOME: directory } });
  return {
    pids: treeOf(up.root),
    answer: () => answer(up, directory),
    [Symbol.asyncDispose]: async () => {
      await up[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Writes into a FIFO without waiting for a reader, as O_RDWR does on Linux (fifo(7)). */
export function type(path: string, text: string): void {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

/** The first match of `pattern` in the file; waits for it. */
export async function shown(path: string, pattern: RegExp): Promise<string> {
  const find = (): string | undefined => pattern.exec(Bun.stripANSI(readFileSync(path, "utf8")))?.[0];
  await until(() => find() !== undefined);
  return find() ?? `nothing like ${pattern.source} on the screen`;
}

/** The next new line of a fixture after `ask` was called. */
export async function nextLine({ lines }: Fixture, ask: () => void): Promise<string> {
  const before = lines.length;
  ask();
  await until(() => lines.length > before);
  return lines[before] ?? "silence";
}

export const makeDirectory = (...parts: readonly string[]): string => {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  return path;
};
