/** `--json-report`: into a file whole, into everything else as it is; and no exit code hangs on it. */
import { expect } from "bun:test";
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG, gateRun, report, WRAPPER } from "../support/gating.ts";
import { scratchProject, type Project } from "../support/launch.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const test = needs(pidNamespace);
const SAYS = `'console.log("out"); console.error("err"); process.exit(3)'`;

function shell(project: Project, line: string) {
  const child = Bun.spawnSync(["sh", "-c", line], {
    cwd: project.directory,
    env: { ...process.env, ...project.env, WRAPPER: `${process.execPath} ${WRAPPER}` },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 30_000,
  });
  return { code: child.exitCode, stdout: child.stdout.toString(), stderr: child.stderr.toString() };
}

const isReport = (text: string): boolean => JSON.parse(text).exitCode === 3;

test("into a file it is whole, and replaces the one before", async () => {
  using project = scratchProject(CONFIG);
  writeFileSync(join(project.directory, "report.json"), "x".repeat(100_000));
  const args = ["--json-report", "report.json", "-e", "process.exit(3)"];
  expect((await gateRun(project, args)).code).toBe(3);
  expect(report(project)).toMatchObject({ exitCode: 3 });
});

test("a FIFO is written into and stays one; without a reader it costs a warning", () => {
  using project = scratchProject(CONFIG);
  const line = `mkfifo pipe; cat pipe > read & $WRAPPER --json-report pipe -e ${SAYS}; code=$?; wait; exit $code`;
  expect(shell(project, line)).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
  expect(isReport(readFileSync(join(project.directory, "read"), "utf8"))).toBe(true);
  expect(lstatSync(join(project.directory, "pipe")).isFIFO()).toBe(true);
  const alone = shell(project, `$WRAPPER --json-report pipe -e ${SAYS}`);
  expect(alone).toMatchObject({ code: 3, stderr: expect.stringContaining("The report cannot be written") });
});

test("a link stays one, and what it points to is written, or made", () => {
  using project = scratchProject(CONFIG);
  const at = (name: string): string => join(project.directory, name);
  writeFileSync(at("target"), "x".repeat(100_000));
  symlinkSync("target", at("link"));
  symlinkSync("not-yet", at("dangling"));
  for (const [link, target] of [
    ["link", "target"],
    ["dangling", "not-yet"],
  ] as const) {
    expect(shell(project, `$WRAPPER --json-report ${link} -e ${SAYS}`).code).toBe(3);
    expect(isReport(readFileSync(at(target), "utf8"))).toBe(true);
    expect(lstatSync(at(link)).isSymbolicLink()).toBe(true);
  }
});

test.each([
  ["/dev/stdout", "out\n{", "err\n"],
  ["/dev/fd/1", "out\n{", "err\n"],
  ["/proc/self/fd/2", "out\n", "err\n{"],
])("%s: behind what the program has said, in a file too", (path, stdout, stderr) => {
  using project = scratchProject(CONFIG);
  const piped = shell(project, `$WRAPPER --json-report ${path} -e ${SAYS}`);
  expect([piped.code, piped.stdout.slice(0, stdout.length), piped.stderr.slice(0, stderr.length)]).toEqual([
    3,
    stdout,
    stderr,
  ]);
  shell(project, `$WRAPPER --json-report ${path} -e ${SAYS} > o 2> e`);
  const [out, err] = ["o", "e"].map((name) => readFileSync(join(project.directory, name), "utf8"));
  expect([out, err]).toEqual(
    [piped.stdout, piped.stderr].map((text) => expect.stringMatching(text.slice(0, 4))),
  );
  expect([out?.length, err?.length].some((length) => (length ?? 0) > 500)).toBe(true);
});

test("a descriptor that the program has too", () => {
  using project = scratchProject(CONFIG);
  const line = `$WRAPPER --json-report /dev/fd/7 -e ${SAYS} 7>report`;
  expect(shell(project, line)).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
  expect(isReport(readFileSync(join(project.directory, "report"), "utf8"))).toBe(true);
});

needs(pidNamespace, root)("a device is written into and stays one", () => {
  using project = scratchProject(CONFIG);
  for (const device of ["/dev/null", "/dev/full"]) {
    const { rdev } = lstatSync(device);
    const { code, stderr } = shell(project, `$WRAPPER --json-report ${device} -e ${SAYS}`);
    expect([device, code]).toEqual([device, 3]);
    expect(stderr.includes("The report cannot be written")).toBe(device === "/dev/full");
    expect(lstatSync(device)).toMatchObject({ rdev });
  }
});

test.each(["taken", "no/such/report.json", "file/report.json", "/proc/nothing"])(
  "%s cannot be written: said, and the exit code is the command's",
  (path) => {
    using project = scratchProject(CONFIG);
    mkdirSync(join(project.directory, "taken/full"), { recursive: true });
    writeFileSync(join(project.directory, "file"), "");
    const { code, stdout, stderr } = shell(project, `$WRAPPER --json-report ${path} -e ${SAYS}`);
    expect([code, stdout]).toEqual([3, "out\n"]);
    expect(stderr).toContain("report");
    expect(readdirSync(project.directory).filter((name) => name.endsWith(".new"))).toEqual([]);
  },
);
