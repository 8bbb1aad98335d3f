/** A disk that is full: what apps write waits in their spools, and is in the log files once there is room again. */
import { expect } from "bun:test";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { openAppLogs } from "../../src/app-log/app-logs.ts";
import type { OutputLoss } from "../../src/ports/app-logs.ts";
import { DATE_FORMAT, faultsOf, logged, logPolicy, numberedLine } from "../support/app-logs.ts";
import { fullDisk, ownMounts } from "../support/full-disk.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";
import { withTemporary } from "../support/temporary.ts";

const LINES = 500;

needs(
  pidNamespace,
  root,
  ownMounts,
)("no line is lost, cut or written twice on a disk that fills up again and again", () =>
  withTemporary(async (directory) => {
    using disk = fullDisk(join(directory, "disk"), 2_048);
    const troubles: (string | null)[] = [];
    await using logs = openAppLogs({
      directory: join(directory, "state"),
      onTrouble: (_path, why) => troubles.push(why),
    });
    const losses: OutputLoss[] = [];
    logs.onLoss((loss) => losses.push(loss));
    const apps = ["own", "shared", "shared", "dated", "dated"].map((name, number) =>
      logged(
        name,
        logPolicy(join(directory, "disk"), name, name === "dated" ? { dateFormat: DATE_FORMAT } : {}),
        number,
      ),
    );
    for (const app of apps) logs.open(app).release();
    for (const [number, { key }] of apps.entries()) {
      const lines = Array.from({ length: LINES }, (_, at) => `${numberedLine(`w${number}`, at)}\n`);
      appendFileSync(join(directory, "state/spools", `${key}.out`), lines.join(""));
    }
    expect(await until(() => troubles.length > 0)).toBe(true);
    expect(troubles[0]).toContain("ENOSPC");
    // room for some of it, in the middle of lines, and then for all
    for (let round = 0; round < 3; round++) {
      disk.free();
      appendFileSync(join(directory, "disk", "filler"), Buffer.alloc(1_536 * 1_024 - round * 300_000));
      await Bun.sleep(300);
      disk.fill();
    }
    await Promise.all(apps.map(({ key }) => logs.close(key)));
    disk.free();
    const spools = join(directory, "state/spools");
    // those that were closed while there was no room go once they are drained
    expect(await until(() => readdirSync(spools).length === 0, 20_000)).toBe(true);
    expect(troubles.at(-1)).toBeNull();
    expect(losses).toEqual([]);
    const log = (name: string): string => join(directory, "disk/logs", `${name}-out.log`);
    expect(faultsOf(log("own"), { w0: LINES })).toEqual([]);
    expect(faultsOf(log("shared"), { w1: LINES, w2: LINES })).toEqual([]);
    expect(faultsOf(log("dated"), { w3: LINES, w4: LINES }, true)).toEqual([]);
  }),
);

needs(
  pidNamespace,
  root,
  ownMounts,
)("a line that a full disk tore stays its app's, also under the next manager", () =>
  withTemporary(async (directory) => {
    using disk = fullDisk(join(directory, "disk"), 512);
    disk.free();
    const state = join(directory, "state");
    const troubles: string[] = [];
    const logs = openAppLogs({ directory: state, onTrouble: (_path, why) => troubles.push(why ?? "") });
    const [one, two] = [0, 1].map((number) =>
      logged("both", logPolicy(join(directory, "disk"), "both"), number),
    );
    if (one === undefined || two === undefined) throw new Error("two apps");
    const say = (app: typeof one, words: string): void =>
      appendFileSync(join(state, "spools", `${app.key}.out`), words);
    const path = join(directory, "disk/logs/both-out.log");
    logs.open(one).release();
    say(one, "x".repeat(4_096));
    expect(await until(() => existsSync(path) && statSync(path).size === 4_096)).toBe(true);
    disk.fill();
    // a process of its own writes to the same file, and nothing of it gets there
    logs.open(two).release();
    say(two, "z\n");
    expect(await until(() => troubles.length > 0)).toBe(true);
    say(one, "y\n");
    // what a KILLed manager leaves
    cpSync(state, join(directory, "left"), { recursive: true });
    await logs[Symbol.asyncDispose]();
    disk.free();
    const next = openAppLogs({ directory: join(directory, "left") });
    await next[Symbol.asyncDispose]();
    expect(readFileSync(path, "utf8").replaceAll("x", "")).toBe("y\nz\n");
  }),
);

for (const isFull of [false, true])
  needs(
    pidNamespace,
    root,
    ownMounts,
  )(
    `the next process does not continue the last line of one before it, on a full disk of the logs${isFull ? " and of the spools" : ""}`,
    () =>
      withTemporary(async (directory) => {
        using disk = fullDisk(join(directory, "disk"), 64);
        using spools = fullDisk(join(directory, "state"), 512);
        spools.free();
        Bun.spawnSync(["chmod", "700", join(directory, "state")]);
        const app = logged("torn", logPolicy(join(directory, "disk"), "torn"));
        const say = (words: string): void =>
          appendFileSync(join(directory, "state/spools", `${app.key}.out`), words);
        let logs = openAppLogs({ directory: join(directory, "state") });
        logs.open(app).release();
        // the spool ends with its block
        say("x".repeat(4_096 - 16));
        if (isFull) spools.fill();
        logs.open(app).release();
        logs.open(app).release();
        spools.free();
        say("second\nthird");
        logs.open(app).release();
        await logs[Symbol.asyncDispose]();
        disk.free();
        logs = openAppLogs({ directory: join(directory, "state") });
        logs.open(app).release();
        say("fourth\n");
        await logs.drained(app.key);
        await logs[Symbol.asyncDispose]();
        const text = readFileSync(join(directory, "disk/logs/torn-out.log"), "utf8");
        expect(text.replaceAll("x", "")).toBe("\nsecond\nthird\nfourth\n");
      }),
  );

needs(
  pidNamespace,
  root,
  ownMounts,
)("an app whose spool has no room is told so by the kernel, and goes on", () =>
  withTemporary(async (directory) => {
    using disk = fullDisk(join(directory, "disk"), 512);
    disk.free();
    const state = join(directory, "disk", "state");
    mkdirSync(state);
    await using logs = openAppLogs({ directory: state });
    const app = logged("loud", logPolicy(directory, "loud"));
    const { streams, release } = logs.open(app);
    disk.fill();
    const program = `
      const { writeSync } = require("node:fs");
      let refused = 0;
      for (let at = 0; at < 100; at++) try { writeSync(1, "x".repeat(8_191) + "\\n"); } catch (error) { refused += error.code === "ENOSPC" ? 1 : 0; }
      process.exit(refused > 0 ? 3 : 0);`;
    const child = Bun.spawn([process.execPath, "-e", program], { stdio: ["ignore", ...streams] });
    release();
    expect(await child.exited).toBe(3);
    disk.free();
    appendFileSync(join(state, "spools", `${app.key}.out`), "after\n");
    const path = join(directory, "logs/loud-out.log");
    await logs.drained(app.key);
    expect(statSync(path).size).toBeGreaterThan(5);
  }),
);
