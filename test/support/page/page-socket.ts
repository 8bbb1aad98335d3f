/** Stands for the page's server while somebody looks: what programs say that have registered themselves. */
import { rmSync } from "node:fs";
import { ensureRuntimeDirectory, runtimePath } from "../../../src/os/runtime-directory.ts";
import { PROGRAMS_SOCKET, type ProgramLine, type ServerLine } from "../../../src/wire/programs.ts";
import { until } from "../ready.ts";

/** Programs start slowly on a loaded machine. */
const PATIENCE_MS = 40_000;

type Told<Type extends ProgramLine["type"]> = Extract<ProgramLine, { readonly type: Type }>;

export const programsPath = (): string =>
  runtimePath(ensureRuntimeDirectory(process.getuid?.() ?? -1), PROGRAMS_SOCKET, "sock");

export class PageSocket implements Disposable {
  readonly heard: ProgramLine[] = [];
  readonly #server: Bun.UnixSocketListener<undefined>;
  readonly #connected: Bun.Socket[] = [];
  #rest = "";

  constructor({ mode = 0o600 }: { readonly mode?: number } = {}) {
    const path = programsPath();
    rmSync(path, { force: true });
    const before = process.umask(0o777 & ~mode);
    this.#server = Bun.listen({
      unix: path,
      socket: {
        open: (socket) => void this.#connected.push(socket),
        data: (_, piece) => {
          const lines = (this.#rest + piece.toString()).split("\n");
          this.#rest = lines.pop() ?? "";
          this.heard.push(...lines.map((line): ProgramLine => JSON.parse(line)));
        },
      },
    });
    process.umask(before);
  }

  get connections(): number {
    return this.#connected.length;
  }

  say(line: ServerLine | string): void {
    const text = typeof line === "string" ? line : `${JSON.stringify(line)}\n`;
    for (const socket of this.#connected) socket.write(text);
  }

  /** The lines of that kind, once there are so many. */
  async told<Type extends ProgramLine["type"]>(type: Type, count = 1): Promise<readonly Told<Type>[]> {
    const found = (): readonly Told<Type>[] =>
      this.heard.filter((line): line is Told<Type> => line.type === type);
    if (!(await until(() => found().length >= count, PATIENCE_MS)))
      throw new Error(`not ${count} × ${type}: ${JSON.stringify(this.heard)}`);
    return found();
  }

  [Symbol.dispose](): void {
    for (const socket of this.#connected) socket.terminate();
    this.#server.stop(true);
    rmSync(programsPath(), { force: true });
  }
}
