/** Has log files compressed by a process of its own: one at a time, whatever is asked meanwhile comes after it. */
import { orElse } from "../../text/system-error.ts";
import { ownCommand } from "../../trust/own-bun.ts";
import { packageFile } from "../../trust/package-file.ts";

const PROGRAM = packageFile("src/app-log/log/bun-watchdog-log-packer.ts");

export class Packer {
  readonly #wanted = new Set<string>();
  #child: Bun.Subprocess | null = null;

  /** What was put aside of this log file. What cannot be done now is done when it is put aside the next time. */
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
      Bun.spawn(ownCommand(PROGRAM, ...paths), {
        cwd: "/",
        env: {},
        stdio: ["ignore", "ignore", "ignore"],
        // it ends what it does when we end
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
