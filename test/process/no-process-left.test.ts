/** A fork bomb has taken the last pid: the monitor that runs lives on, freezes and stops what is over its limit. */
import { expect } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until } from "../support/ready.ts";
import { needs, pidNamespace, root, type Part } from "../support/skip.ts";

requireNamespace();

const PIDS = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"].find((path) =>
  existsSync(join(path, "pids.max")) || path.endsWith("pids") ? existsSync(path) : false,
);

const pidsController: Part = {
  name: "pids controller",
  missing: () => (PIDS === undefined ? "no cgroup hierarchy with the pids controller" : null),
};

const SCRIPT = join(import.meta.dir, "../../scripts/fix-runaway-bun.ts");
const SETTINGS = {
  processTimeoutMs: 3_000,
  monitoringIntervalMs: 500,
  killGraceMs: 300,
  maintenance: { daily: null, weekly: null, monthly: null },
};
const DEAF = `
  process.on("SIGTERM", () => {});
  const child = Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1e6)"]);
  console.log("ready", process.pid, child.pid);
  setInterval(() => {}, 1e6);
`;

/** A control group that takes no further process or thread once it is full. */
class Group implements AsyncDisposable {
  readonly #path = join(PIDS ?? "", `bun-watchdog-test-${process.pid}`);

  constructor() {
    mkdirSync(this.#path);
  }

  /** Starts in it. */
  wrap(argv: readonly string[]): string[] {
    return ["sh", "-c", 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"', "sh", this.#path, ...argv];
  }

  fill(): void {
    writeFileSync(join(this.#path, "pids.max"), readFileSync(join(this.#path, "pids.current"), "utf8"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await until(() => readFileSync(join(this.#path, "cgroup.procs"), "utf8") === "");
    rmdirSync(this.#path);
  }
}

needs(pidNamespace, root, pidsController)(
  "the monitor lives, and what is over its limit is frozen and gone",
  async () => {
    const project = mkdtempSync(join(tmpdir(), "no-process-left-"));
    mkdirSync(join(project, ".kiro"));
    writeFileSync(join(project, ".kiro/bun-process-config.json"), JSON.stringify(SETTINGS));
    await using group = new Group();
    const monitor = Bun.spawn(group.wrap([process.execPath, SCRIPT, "monitor", "--json", "--yes"]), {
      cwd: project,
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      const events: string[] = [];
      void (async () => {
        for await (const chunk of monitor.stdout) events.push(new TextDecoder().decode(chunk));
      })();
      const journal = (): string => events.join("");
      expect(await until(() => journal().includes('"started"'), 30_000)).toBe(true);
      // what it starts at its beginning, to write its log, has ended by then
      await Bun.sleep(7_000);
      await using runaway = await startFixture([process.execPath, "-e", DEAF], { cwd: project });
      group.fill();
      expect(await until(() => runaway.pids.every((started) => !isAlive(started)), 30_000)).toBe(true);
      expect(monitor.exitCode).toBeNull();
      expect(journal()).toContain('"freezing"');
      expect(journal()).not.toContain("without freezing");
    } finally {
      monitor.kill("SIGKILL");
      await monitor.exited;
      rmSync(project, { recursive: true, force: true });
    }
  },
  120_000,
);
