/** `bunctl runtime`: apps in the foreground, as the main process of a container. */
import { afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, runProgram, scratchProject, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isGone } from "../support/manage.ts";
import { readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { linux, needs, root } from "../support/skip.ts";

requireNamespace();

const RUNTIME = [process.execPath, join(repository, "scripts/bunctl.ts"), "runtime"];

let project: Project;
afterEach(() => project[Symbol.dispose]());

function apps(files: Readonly<Record<string, string>>): void {
  project = scratchProject(null);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project.directory, name), text);
}

const around = () => ({ cwd: project.directory, env: { ...process.env, ...project.env } });
const runtime = (...args: readonly string[]) => runProgram([...RUNTIME, ...args], around());

test("its exit code is the app's, and so is its output", async () => {
  apps({ "once.ts": 'console.log("to people"); console.error("to logs"); process.exitCode = 7;' });
  const { exitCode, stdout, stderr } = await runtime("once.ts", "--no-autorestart", "--quiet");
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 7, stdout: "to people\n", stderr: "to logs\n" });
});

test("a signal is 128 and its number", async () => {
  apps({ "killed.ts": 'process.kill(process.pid, "SIGKILL"); await Bun.sleep(60_000);' });
  expect((await runtime("killed.ts", "--no-autorestart")).exitCode).toBe(137);
});

test("a restart budget that is spent is the end", async () => {
  apps({ "crash.ts": 'console.log("again"); process.exitCode = 3;' });
  const { exitCode, stdout } = await runtime("crash.ts", "--max-restarts", "1", "--restart-delay", "1ms");
  expect([exitCode, stdout]).toEqual([3, "again\nagain\n"]);
});

test("SIGTERM ends all apps, with what they have started", async () => {
  const server =
    'process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1_000); console.log("up");';
  const parent = `const { pid } = Bun.spawn(["setsid", "sleep", "300"]); console.log("pid", pid); ${server}`;
  apps({
    "server.ts": server,
    "parent.ts": parent,
    "bunctl.json": JSON.stringify({
      apps: [
        { name: "server", command: "bun server.ts" },
        { name: "parent", command: "bun parent.ts" },
      ],
    }),
  });
  const child = Bun.spawn([...RUNTIME, "--quiet"], { ...around(), stdout: "pipe", stderr: "inherit" });
  let seen = "";
  const reading = (async () => {
    for await (const chunk of child.stdout) seen += new TextDecoder().decode(chunk);
  })();
  expect(await until(() => seen.split("up\n").length === 3)).toBe(true);
  const sleeper = Number(/pid (?<pid>\d+)/u.exec(seen)?.groups?.["pid"]);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(5);
  await reading;
  expect(readStat(sleeper)).toBeNull();
});

/** Its app has a child in a session of its own. */
async function endsWithAll(argv: readonly string[]): Promise<void> {
  const child = '[process.execPath, "-e", "setInterval(() => {}, 1_000)"]';
  apps({
    "server.ts": `const { pid } = Bun.spawn(${child}, { detached: true }); setInterval(() => {}, 1_000); console.log("pids", pid, process.pid);`,
  });
  const runs = Bun.spawn([...argv, "server.ts", "--quiet"], {
    ...around(),
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await runs.stdout.getReader().read();
  const pids = /pids (?<all>.*)/u.exec(new TextDecoder().decode(value))?.groups?.["all"]?.split(" ") ?? [];
  expect(pids).toHaveLength(2);
  runs.kill("SIGKILL");
  await runs.exited;
  expect(await until(() => pids.every((pid) => isGone(Number(pid))), 30_000)).toBe(true);
}

test("who KILLs it leaves no app: all of them end, with what they have started", () => endsWithAll(RUNTIME));

needs(linux, root)("the same where there is no shell, as in an image that has Bun alone", () =>
  endsWithAll([
    "unshare",
    "--mount",
    "sh",
    "-c",
    `mount -t tmpfs none /usr/bin && exec "$@"`,
    "sh",
    ...RUNTIME,
  ]),
);

test("what ends the apps of a dead runtime refuses what names none", async () => {
  apps({});
  const program = join(repository, "src/manager/foreground/bun-watchdog-end-jobs.ts");
  const { exitCode, stderr } = await runProgram([process.execPath, program, "-"], around());
  expect([exitCode, stderr.includes('"-" is no id of a job')]).toEqual([1, true]);
});
