/** A machine that has nothing left: the launch is refused in words, or is looked after; a job without its limits is neither. */
import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureRuntimeDirectory } from "../../src/os/runtime-directory.ts";
import { CONFIG, gateRun, WRAPPER } from "../support/gating.ts";
import { fullDisk, ownMounts } from "../support/full-disk.ts";
import { scratchProject, type Project } from "../support/launch.ts";
import { leftSince, living } from "../support/mechanisms.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const LIMITS = ["--timeout", "1s", "--memory", "64M", "--grace", "200ms"];
const FOREVER = ["-e", "setTimeout(() => {}, 1e9)"];

/** With so many descriptors and not one more, by root or by an account that makes no groups. */
function withDescriptors(count: number, { directory, env }: Project, prefix: readonly string[]) {
  const words = [...prefix, process.execPath, WRAPPER, ...LIMITS, ...FOREVER].map((word) => `'${word}'`);
  return Bun.spawnSync(["sh", "-c", `ulimit -n ${count}; exec ${words.join(" ")}`], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
}

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const COUNTS = [13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 26];

for (const [account, prefix, here] of [
  ["root", [], needs(pidNamespace)],
  ["nobody", NOBODY, needs(pidNamespace, root, "setpriv")],
] as const) {
  here(
    `${account}: no number of descriptors is one at which a job goes on alone`,
    async () => {
      using project = scratchProject(CONFIG);
      Bun.spawnSync(["chmod", "-R", "a+rX", project.directory]);
      const before = living();
      for (const count of COUNTS) {
        const { exitCode, stderr } = withDescriptors(count, project, prefix);
        const said = stderr.toString();
        expect([count, said, [124, 125].includes(exitCode)]).toEqual([count, said, true]);
        expect([count, said.includes("bug")]).toEqual([count, false]);
        expect([count, await leftSince(before)]).toEqual([count, []]);
      }
      expect(withDescriptors(15, project, prefix).stderr.toString()).toContain("ulimit -n 64");
      expect(withDescriptors(64, project, prefix).exitCode).toBe(124);
    },
    120_000,
  );
}

const test = needs(pidNamespace, root, ownMounts);

/** Files that nobody asked for: neither the lock nor what is kept of the settings. */
const remains = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(?:lock|filler|launches-\w+\.json)$/.test(entry.name))
    .map(({ name }) => name);

test("a full runtime disk: the job is admitted, is looked after, and leaves no draft", async () => {
  using project = scratchProject(CONFIG);
  const runtime = ensureRuntimeDirectory(0);
  const away = `${runtime}.away`;
  Bun.spawnSync(["mv", runtime, away]);
  using disk = fullDisk(runtime, 96);
  Bun.spawnSync(["chmod", "700", runtime]);
  // it has its settings, and then a page or two, or none
  disk.free();
  expect((await gateRun(project, ["-e", "1"])).code).toBe(0);
  const before = living();
  for (const pages of [0, 1, 2, 3]) {
    disk.fill();
    Bun.spawnSync(["truncate", `--size=-${pages * 4}K`, join(runtime, "filler")]);
    const { code, stderr } = await gateRun(project, [...LIMITS, ...FOREVER]);
    expect([pages, stderr, code]).toEqual([pages, stderr, 124]);
    expect(stderr).not.toContain("bug");
    expect(await leftSince(before)).toEqual([]);
    expect([pages, remains(runtime)]).toEqual([pages, []]);
    disk.free();
  }
});

needs(pidNamespace)(
  "a descriptor above the limit, which no program can be given, is said in one sentence",
  () => {
    using project = scratchProject(CONFIG);
    const words = [process.execPath, WRAPPER, "-e", "1"].map((word) => `'${word}'`).join(" ");
    const { exitCode, stderr } = Bun.spawnSync(
      ["bash", "-c", `exec 99</dev/null; ulimit -n 80; exec ${words}`],
      {
        cwd: project.directory,
        env: { ...process.env, ...project.env },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    expect(stderr.toString()).toContain("Descriptor 99 was inherited, and with a limit of 80");
    expect(exitCode).toBe(125);
  },
);
