/** What a program gets from whoever started the wrapper, and how it ends, as if there were no wrapper. */
import { expect } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFIG, gate, gateRun, report, WRAPPER } from "../support/gating.ts";
import { scratchProject, type Project } from "../support/launch.ts";
import { leftSince, living } from "../support/mechanisms.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const test = needs(pidNamespace);

/** By hand, and by the script's first lines. */
const WAYS = [
  ["bun scripts/bun-wrapper.ts", [process.execPath, WRAPPER]],
  ["scripts/bun-wrapper.ts", [WRAPPER]],
] as const;

const environment = ({ env }: Project): Record<string, string | undefined> => ({
  ...process.env,
  ...env,
  PATH: `${join(process.execPath, "..")}:${join(WRAPPER, "../../node_modules/.bin")}:${process.env["PATH"]}`,
});

function shell(project: Project, line: string, words: readonly string[]) {
  const child = Bun.spawnSync(["sh", "-c", line, "sh", ...words], {
    cwd: project.directory,
    env: environment(project),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  return { code: child.exitCode, stdout: child.stdout.toString(), stderr: child.stderr.toString() };
}

test.each(WAYS)("%s: descriptors from 3 on are the program's, by their numbers", (_way, way) => {
  using project = scratchProject(CONFIG);
  writeFileSync(join(project.directory, "in"), "from seven");
  writeFileSync(
    join(project.directory, "x.ts"),
    `const fs = require("node:fs"); fs.writeSync(8, fs.readFileSync(7, "utf8"));
     console.log(fs.readdirSync("/proc/self/fd").map(Number).filter((fd) => fd > 6 && fs.existsSync("/proc/self/fd/" + fd)).join());`,
  );
  const line = '"$@" x.ts 7<in 8>out';
  const bare = shell(project, line, [process.execPath]);
  expect(shell(project, line, way)).toEqual(bare);
  expect(shell(project, `${line}; cat out`, way).stdout).toContain("from seven");
});

test("whoever waits for the end of a descriptor waits for the program, not for the wrapper", () => {
  using project = scratchProject(CONFIG);
  // cat ends when nobody has the pipe any more, and the program ends when cat has
  writeFileSync(
    join(project.directory, "x.ts"),
    'import { closeSync, existsSync } from "node:fs"; closeSync(7); while (!existsSync("over")) await Bun.sleep(10);',
  );
  const line = `mkfifo pipe; { cat pipe >/dev/null; : > over; } & exec "$@" x.ts 7>pipe`;
  expect(shell(project, line, [process.execPath, WRAPPER])).toEqual({ code: 0, stdout: "", stderr: "" });
});

test.each(WAYS)("%s: a parent talks to the program, and to nobody else", async (_way, way) => {
  using project = scratchProject(CONFIG);
  writeFileSync(
    join(project.directory, "x.ts"),
    `process.on("message", (said) => { process.send({ heard: said }); process.disconnect(); });`,
  );
  const heard = Promise.withResolvers<unknown>();
  const child = Bun.spawn([...way, "x.ts"], {
    cwd: project.directory,
    env: environment(project),
    stdio: ["ignore", "ignore", "inherit"],
    ipc: heard.resolve,
  });
  child.send("hello");
  expect(await heard.promise).toEqual({ heard: "hello" });
  expect(await child.exited).toBe(0);
});

test.each(WAYS)("%s: signals that were ignored stay ignored, the others do not", (_way, way) => {
  using project = scratchProject(CONFIG);
  const tells = `console.log(/SigIgn.*/.exec(require("node:fs").readFileSync("/proc/self/status", "utf8"))[0], process.env["an.odd-name"])`;
  // a shell that reads our first lines drops what it could not name itself
  const odd = way.length === 1 ? "" : "env an.odd-name=kept";
  for (const trap of ["trap '' HUP INT USR1;", ""]) {
    const line = `${trap} exec ${odd} "$@" -e '${tells}'`;
    expect(shell(project, line, way)).toEqual(shell(project, line, [process.execPath]));
  }
});

test("under nohup a hangup reaches neither the wrapper nor the program", async () => {
  using project = scratchProject(CONFIG);
  const program = `process.on("SIGUSR2", () => process.exit(8)); console.log("ready"); setInterval(() => {}, 1e6)`;
  const child = Bun.spawn(
    ["sh", "-c", `trap '' HUP; exec "$@"`, "sh", process.execPath, WRAPPER, "-e", program],
    { cwd: project.directory, env: environment(project), stdio: ["ignore", "pipe", "inherit"] },
  );
  await child.stdout.getReader().read();
  child.kill("SIGHUP");
  child.kill("SIGUSR2");
  expect(await child.exited).toBe(8);
});

/** Ends itself, whatever Bun thinks of the signal. */
const dies = (signal: number): string =>
  `const { kill, signal } = require("bun:ffi").dlopen("libc.so.6", { kill: { args: ["i32", "i32"], returns: "i32" }, signal: { args: ["i32", "ptr"], returns: "ptr" } }).symbols;
   signal(${signal}, null); kill(process.pid, ${signal}); await Bun.sleep(10_000);`;

test.each([
  [3, "SIGQUIT"],
  [4, "SIGILL"],
  [5, "SIGTRAP"],
  [6, "SIGABRT"],
  [8, "SIGFPE"],
  [11, "SIGSEGV"],
  [24, "SIGXCPU"],
  [31, "SIGSYS"],
  [34, "34"],
  [50, "50"],
  [64, "64"],
])("death by signal %p is passed on as that death", async (number, name) => {
  using project = scratchProject(CONFIG);
  await using gated = gate(project, ["--json-report", "report.json", "-e", dies(number)]);
  await gated.exited;
  expect([gated.signalCode(), gated.stderr()]).toEqual([name, ""]);
  expect(report(project)).toMatchObject({
    exitCode: 128 + number,
    job: { ending: { how: "signaled", signal: name } },
  });
});

const hasRoot = needs(pidNamespace, root);

hasRoot("it leaves no core file beside the program's", () => {
  using project = scratchProject(CONFIG);
  // %p as a name is what the kernel's default adds to "core"; a pipe would take the core elsewhere
  const pattern = Bun.spawnSync(["cat", "/proc/sys/kernel/core_pattern"]).stdout.toString().trim();
  const line = `ulimit -c unlimited; "$@" -e '${dies(6)}'; ls`;
  const cores = (words: readonly string[]): number =>
    shell(project, `rm -f core*; ${line}`, words)
      .stdout.split("\n")
      .filter((name) => name.startsWith("core")).length;
  if (pattern.startsWith("core")) expect(cores([process.execPath])).toBe(1);
  const withWrapper = cores([process.execPath, WRAPPER]);
  expect(withWrapper).toBe(pattern.startsWith("core") ? 1 : 0);
});

test("--timeout 0 is none, whatever the configuration says", async () => {
  using project = scratchProject({ ...CONFIG, processTimeoutMs: 300 });
  const args = ["--json-report", "report.json", "--timeout", "0", "-e", "await Bun.sleep(1_500)"];
  expect((await gateRun(project, args)).code).toBe(0);
  expect(report(project)).toMatchObject({ limits: { timeoutMs: { limit: null } } });
});

test("a memory limit in which nothing can begin is refused in words", async () => {
  using project = scratchProject(CONFIG);
  for (const amount of ["1K", "64K", "1M"]) {
    const { code, stdout, stderr } = await gateRun(project, ["--memory", amount, "-e", "console.log('ran')"]);
    expect([code, stdout]).toEqual([125, ""]);
    expect(stderr).toContain("nothing was started. Write at least 2 MB");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  }
});

test("a deleted working directory: one sentence", () => {
  using project = scratchProject(CONFIG);
  const gone = mkdtempSync(join(tmpdir(), "bun-watchdog-gone-"));
  const { code, stderr } = shell(project, `cd '${gone}' && rmdir '${gone}' && exec "$@" -e 1`, [
    process.execPath,
    WRAPPER,
  ]);
  rmSync(gone, { recursive: true, force: true });
  expect([code, stderr.trim().split("\n").length]).toEqual([125, 1]);
  expect(stderr).toContain("was removed");
});

const NOBODY_AT_ALL = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"];

needs(pidNamespace, root, "setpriv").each([
  ["no passwd entry and no HOME", ["env", "-u", "HOME", ...NOBODY_AT_ALL]],
  ["a HOME that is not there", ["env", "HOME=/nowhere/at/all", ...NOBODY_AT_ALL]],
  ["an empty HOME", ["env", "HOME=", ...NOBODY_AT_ALL]],
  ["uid 0 of a user namespace", [...NOBODY_AT_ALL, "unshare", "--user", "--map-root-user"]],
])("%s: it works", (_what, prefix) => {
  using project = scratchProject(null);
  Bun.spawnSync(["chmod", "-R", "a+rX", project.directory]);
  const { code, stdout } = shell(project, '"$@" -e "console.log(6 * 7)"', [
    ...prefix,
    process.execPath,
    WRAPPER,
  ]);
  expect([code, stdout]).toEqual([0, "42\n"]);
});

/** Leaves orphans that end by themselves, and says how many zombies pid 1 has when they have. */
const ORPHANS = `
for (let i = 0; i < 5; i++) Bun.spawnSync(["sh", "-c", "sleep 0.2 & exit 0"], { stdio: ["ignore", "ignore", "ignore"] });
const ofInit = () => require("node:fs").readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).flatMap((pid) => {
  try { return [require("node:fs").readFileSync("/proc/" + pid + "/stat", "utf8")]; } catch { return []; }
}).map((stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" ")).filter(([, ppid]) => ppid === "1").map(([state]) => state);
while (ofInit().filter((state) => state !== "Z").length > 1) await Bun.sleep(20);
for (let waited = 0; waited < 100 && ofInit().includes("Z"); waited++) await Bun.sleep(20);
console.log("zombies", ofInit().filter((state) => state === "Z").length);
process.exitCode = 7;
`;

needs(pidNamespace, root, "setpriv").each([
  ["root", []],
  ["nobody", ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]],
])("as pid 1 (%s) it reaps, and ends with the program's code", async (_who, prefix) => {
  using project = scratchProject(CONFIG);
  Bun.spawnSync(["chmod", "-R", "a+rX", project.directory]);
  const before = living();
  writeFileSync(join(project.directory, "x.ts"), ORPHANS);
  const words = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", ...prefix];
  expect(shell(project, '"$@" x.ts', [...words, process.execPath, WRAPPER])).toEqual({
    code: 7,
    stdout: "zombies 0\n",
    stderr: "",
  });
  expect(await leftSince(before)).toEqual([]);
});
