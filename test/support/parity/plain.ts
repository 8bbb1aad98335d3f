/** What plain `bun test FILE` counts: read apart from what is tested, from the last lines of what Bun says. */
import type { TestCounts } from "../../../src/core/tests/test-file.ts";
import { environmentIn } from "../isolate.ts";

export type CountsByFile = Readonly<Record<string, TestCounts>>;

export interface PlainOptions {
  /** Options of `bun test`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function plainCounts(
  folder: string,
  file: string,
  { args = [], env = {} }: PlainOptions = {},
): Promise<TestCounts> {
  const child = Bun.spawn([process.execPath, "test", ...args, `./${file}`], {
    cwd: folder,
    env: environmentIn(folder, env),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = await child.stderr.text();
  const end = said.slice(said.lastIndexOf("\n\n"));
  const of = (word: string): number => Number(new RegExp(`^ *(\\d+) ${word}s?$`, "m").exec(end)?.[1] ?? 0);
  return {
    passed: of("pass"),
    failed: of("fail"),
    errors: of("error"),
    skipped: of("skip"),
    todo: of("todo"),
  };
}

const AT_ONCE = 3;

export async function plainCountsOf(
  folder: string,
  files: readonly string[],
  options: PlainOptions = {},
): Promise<CountsByFile> {
  const found: Record<string, TestCounts> = {};
  const waiting = [...files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      found[file] = await plainCounts(folder, file, options);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}
