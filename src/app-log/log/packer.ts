/**
 * Has log files compressed by a process of its own, one at a time. A request that comes meanwhile is done
 * after it.
 */
import { orElse } from "../../text/system-error.ts";
import { ownCommand } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";

const PROGRAM = "src/app-log/log/bun-watchdog-log-packer.ts";

export class Packer {
  readonly #wanted = new Set<string>();
  #child: Bun.Subprocess | null = null;

  /**
   * Compresses the files that this log file was put aside as. If it cannot be done now, it is done the next
   * time the file is put aside.
   */
  pack(path: string): void {
    this.#wanted.add(path);
    if (this.#child === null) this.#start();
  }

  #start(): void {
    const paths = [...this.#wanted];
    this.#wanted.clear();
    if (paths.length === 0) return;
    // no process or descriptor is left for it now
    this.#child = orElse(null, () =>
      Bun.spawn(ownCommand(programFile(PROGRAM), ...paths), {
        cwd: "/",
        env: {},
        stdio: ["ignore", "ignore", "ignore"],
        // it goes on to its end when we end
        detached: true,
        onExit: () => {
          this.#child = null;
          this.#start();
        },
      }),
    );
    this.#child?.unref();
  }
}
