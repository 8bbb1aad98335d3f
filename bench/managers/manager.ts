/** The managers that are measured, behind one interface: what a person can have each of them do. */
import { mkdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository, runProgram } from "../../test/support/launch.ts";

export interface BenchApp {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  /** none: the script is a program. */
  readonly interpreter: "bun" | "none";
  readonly instances?: number;
  readonly memoryMb?: number;
  readonly killTimeoutMs?: number;
}

export interface BenchManager extends AsyncDisposable {
  readonly name: string;
  /** Resolves when its daemon answers. */
  readonly boot: () => Promise<void>;
  readonly add: (app: BenchApp) => Promise<void>;
  readonly start: (name: string) => Promise<void>;
  readonly stop: (name: string) => Promise<void>;
  readonly status: () => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** null = it has nothing of the kind. */
  readonly reload: ((name: string) => Promise<void>) | null;
  readonly daemonPid: () => Promise<number>;
  /** Of the app's main processes that run. */
  readonly pids: (name: string) => Promise<readonly number[]>;
  readonly logFile: (name: string) => string;
  readonly limitsMemory: boolean;
}

/** Where a manager lives; what it is called with. */
export class Home {
  readonly env: Readonly<Record<string, string | undefined>>;

  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.path = realpathSync(path);
    this.env = {
      ...process.env,
      HOME: path,
      PM2_HOME: join(path, "pm2"),
      XDG_STATE_HOME: join(path, "state"),
      XDG_CONFIG_HOME: join(path, "config"),
      PM2_DISABLE_VERSION_CHECK: "true",
      NO_COLOR: "1",
      // `bun` of an app file is this one
      PATH: `${join(repository, "node_modules/.bin")}:${dirname(process.execPath)}:${process.env["PATH"]}`,
    };
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** @throws where it does not end with 0 */
  async run(argv: readonly string[], allowed: readonly number[] = [0]): Promise<string> {
    const { exitCode, stdout, stderr } = await runProgram(argv, { cwd: this.path, env: this.env });
    if (!allowed.includes(exitCode))
      throw new Error(`${argv.join(" ")} ended with ${exitCode}: ${stdout}${stderr}`);
    return stdout;
  }
}
