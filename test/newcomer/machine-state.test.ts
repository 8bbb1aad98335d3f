/** Machines that lack something: each command works, or says in one sentence what failed and what to do. Never "a bug". */
import { expect } from "bun:test";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cli,
  repository,
  runProgram,
  scratchProject,
  type CliResult,
  type Project,
} from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs, root } from "../support/skip.ts";
import { tmpfs } from "./disk.ts";
import { SCALED } from "./scaled.ts";

requireNamespace();

const wrapper = [process.execPath, join(repository, "scripts/bun-wrapper.ts")];

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  status: [...cli, "status"],
  cleanup: [...cli, "cleanup"],
  "monitor --once": [...cli, "monitor", "--once"],
  doctor: [...cli, "doctor"],
  report: [...cli, "report"],
  logs: [...cli, "logs"],
  "maintenance daily": [...cli, "maintenance", "daily"],
  "alerts status": [...cli, "alerts", "status"],
  "config print": [...cli, "config", "print"],
  "monitor --stop": [...cli, "monitor", "--stop"],
  wrapper: [...wrapper, "-e", "console.log('it ran')"],
};

/** `prepare`: sh, as root in mounts of its own, with the project as working directory and $1. */
async function outcomes(
  prepare: string,
  project: Project,
  more: { readonly env?: Readonly<Record<string, string | undefined>>; readonly as?: string } = {},
): Promise<ReadonlyMap<string, CliResult>> {
  const found = new Map<string, CliResult>();
  for (const [name, argv] of Object.entries(COMMANDS)) {
    const script = `mount --make-rprivate / && ${prepare}\nshift; exec ${more.as ?? ""} "$@"`;
    const all = ["unshare", "--mount", "sh", "-c", script, "sh", project.directory, ...argv];
    const env = { ...process.env, ...project.env, ...more.env };
    found.set(name, await runProgram(all, { cwd: project.directory, env }));
  }
  return found;
}

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "a working folder that was removed",
    'mkdir "$1/gone"; cd "$1/gone"; rmdir "$1/gone"',
    Object.keys(COMMANDS),
  ],
  [
    "a full disk for locks",
    "mount -t tmpfs -o size=4k,nr_inodes=1000,mode=755 none /run; cat /dev/zero >/run/fill 2>/dev/null; true",
    ["wrapper"],
  ],
  ["nothing of boot_id", "mount -t tmpfs none /proc/sys/kernel/random", []],
  ["/proc with subset=pid", "mount -t proc -o subset=pid none /proc", []],
  ["no /etc/passwd", "mount --bind /dev/null /etc/passwd", []],
];

needs(root, tmpfs)("a machine that lacks nothing, for comparison", async () => {
  using project = scratchProject(SCALED);
  const found = await outcomes("true", project);
  for (const [name, { exitCode, stderr }] of found) expect([name, exitCode, stderr]).toEqual([name, 0, ""]);
});

needs(root, tmpfs).each(cases)("%s", async (_name, prepare, mayFail) => {
  using project = scratchProject(SCALED);
  for (const [name, { exitCode, stdout, stderr }] of await outcomes(prepare, project)) {
    expect([name, `${stdout}${stderr}`]).toEqual([name, expect.not.stringContaining("bug in bun-watchdog")]);
    const bad = name === "wrapper" ? 125 : 1;
    expect([name, mayFail.includes(name) ? [0, bad] : [0], stderr]).toEqual([
      name,
      expect.arrayContaining([exitCode]),
      stderr,
    ]);
    if (exitCode !== 0 && name !== "doctor")
      expect([name, stderr.trimEnd()]).toEqual([
        name,
        expect.stringMatching(/^(?:error|bun-wrapper): .+\..+$/),
      ]);
  }
});

needs(
  root,
  "setpriv",
  tmpfs,
)("an account without a home, and with root's (docker run -u)", async () => {
  using project = scratchProject(SCALED);
  Bun.spawnSync(["chown", "-R", "4242", project.directory]);
  const as = "setpriv --reuid=4242 --regid=4242 --clear-groups";
  for (const HOME of [undefined, "/root", "/nonexistent"]) {
    const found = await outcomes("true", project, {
      env: { HOME, XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined },
      as,
    });
    for (const [name, { exitCode, stderr }] of found) expect([name, exitCode, stderr]).toEqual([name, 0, ""]);
    const said = found.get("monitor --once")?.stdout ?? "";
    expect(said).toContain("are gone when the machine restarts");
  }
});

needs(root, tmpfs)("root with another account's HOME and XDG_STATE_HOME takes nothing of them", async () => {
  using project = scratchProject(SCALED);
  using home = scratchProject(null);
  chmodSync(home.directory, 0o755);
  mkdirSync(join(home.directory, ".config/bun-watchdog"), { recursive: true });
  writeFileSync(join(home.directory, ".config/bun-watchdog/config.json"), '{ "nonsense": true }');
  Bun.spawnSync(["chown", "-R", "4242", home.directory]);
  const env = { HOME: home.directory, XDG_STATE_HOME: join(home.directory, ".state") };
  const found = await outcomes("mount -t tmpfs -o mode=700 none /root", project, { env });
  for (const [name, { exitCode, stderr }] of found)
    if (name !== "report" && name !== "logs") expect([name, exitCode, stderr]).toEqual([name, 0, ""]);
  expect(existsSync(join(home.directory, ".state"))).toBe(false);
});
