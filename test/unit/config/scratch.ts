/** A directory with files, gone when disposed. Names may lead through directories that do not exist yet. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Scratch extends Disposable {
  readonly root: string;
  path(name: string): string;
  write(name: string, content: unknown): void;
}

export function scratch(files: Readonly<Record<string, unknown>> = {}): Scratch {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bun-watchdog-config-")));
  const path = (name: string): string => join(root, name);
  const write = (name: string, content: unknown): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), typeof content === "string" ? content : JSON.stringify(content));
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return { root, path, write, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}
