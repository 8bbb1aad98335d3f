/** Every command that README and docs/ print is run where it is printed first: in the project of that page, in its order. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLines, PAGES, readPage, spans, type Page } from "../support/documents.ts";
import {
  repository,
  runCli,
  runProgram,
  scratchProject,
  startMonitor,
  type CliResult,
  type Project,
} from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { Turns } from "../support/turns.ts";
import { withBun } from "./bystander.ts";

requireNamespace();

/** What is not run here, and why. A line that is neither here nor ends as it should fails. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "npm install && npm start": "needs a registry; npm start alone is below",
  "bun install && bun start": "the same",
  "npm install": "needs a registry",
  "npm install --save-dev ../bun-watchdog/bun-watchdog-0.1.0.tgz": "needs a registry",
  "npm pack": "writes into the repository",
  "npm test": "runs this",
  "npm test -- path": "runs this",
  "npm run check": "what CI begins with",
  "npm run bench": "takes half an hour",
  "npm run bench -- gate": "takes minutes",
  "npm run bench -- runtime": "takes minutes",
  "npm run bench -- verdicts": "takes minutes",
  "npm run bench -- gate --markdown": "takes minutes",
  "npm pack --dry-run": "npm's; what is published has a test of its own",
  ...Object.fromEntries(
    commandLines(readPage("docs/metrics.md")).map((line) => [line, "metrics.test.ts runs it"]),
  ),
  ...Object.fromEntries(
    commandLines(readPage("docs/see-what-runs.md")).map((line) => [line, "page/live.test.ts runs it"]),
  ),
  "bun-watchdog demo": "demo.test.ts plays it",
  "npx bun-watchdog demo": "demo.test.ts plays it",
  "bun-watchdog status --watch": "live.test.ts plays it in a terminal",
  "bun-wrapper [options] [--] <anything bun accepts>": "a form, no command",
};
/** Lines that go on until somebody ends them. */
const STAYS =
  /^(?:npm start|bun run bun:monitor|bun run scripts\/bun-monitor-service\.ts|bun-watchdog monitor(?: --json)?)$/u;
/** They stay, too, and say first where the page is. */
const SERVES = /^bun-watchdog dashboard(?: --port \d+)?$/u;
/** Lines that end otherwise than with 0 here, with what they say. */
const ENDS: Readonly<Record<string, readonly [exitCode: number, says: string]>> = {
  // nobody can be asked
  "bun-watchdog stop <pid>": [2, "--yes"],
  // a hint, and nothing starts
  "bun-watchdog monitor stop": [2, "monitor --stop"],
  // about an app, and there is none
  "bunctl describe": [2, "missing required argument"],
  "bunctl resurrect": [1, "Nothing was saved"],
};
/** Benchmarks of functions: a trial of them measures for 300 ms. */
const FUNCTIONS = /^bun-isolate bench(?!.* --command).*$/u;
/** Benchmarks that do not say how many trials, and have ten. */
const TEN_TRIALS = /^bun-isolate bench(?!.* --(?:runs|trials)).*$/u;
/** One line of the doctor's says that something that this machine lacks is needed. */
const MAY_FAIL = /^bun-watchdog doctor$/u;

/** As it is after `npm install`; what npm and npx do with a script and a program is left to them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "bun-watchdog": `exec bun "${repository}/scripts/fix-runaway-bun.ts" "$@"`,
  "bun-monitor-service": `exec bun "${repository}/scripts/bun-monitor-service.ts" "$@"`,
  "bun-isolate": `exec bun "${repository}/scripts/bun-isolate.ts" "$@"`,
  "benchmark-runner": `exec bun "${repository}/scripts/benchmark-runner.ts" "$@"`,
  bunctl: `exec bun "${repository}/scripts/bunctl.ts" "$@"`,
  "bun-wrapper": `exec bun "${repository}/scripts/bun-wrapper.ts" "$@"`,
  npx: 'exec "$@"',
  npm: '[ "$1" = run ] || set -- run "$@"; exec bun "$@"',
};
const PACKAGE = {
  name: "shop",
  scripts: { start: "bun-monitor-service", dev: "bun -e 0", build: "bun -e 0" },
};

/** What only one page needs. */
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "docs/benchmarking.md": {
    "sum.bench.ts": "const numbers = [1, 2, 3]; export const sum = () => numbers.reduce((a, b) => a + b, 0);",
  },
  "docs/replace-pm2.md": {
    "ecosystem.config.js": `module.exports = {
      apps: [{ name: "shop-api", script: "api.ts", env: { NODE_ENV: "development" }, env_production: { NODE_ENV: "production" } }],
    };`,
    "api.ts": `process.on("SIGUSR2", () => {});
      console.log("up");
      setInterval(() => {}, 60_000);`,
  },
};

/** A folder with git, a package, a test, alerts that arrive, and a history. */
async function prepare(page: string): Promise<Project> {
  const scratch = scratchProject(null);
  const { directory } = scratch;
  const bin = join(directory, "node_modules/.bin");
  const project = { ...scratch, env: { ...scratch.env, PATH: `${bin}:${withBun["PATH"]}` } };
  const own = join(directory, ".config/bun-watchdog");
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries(PROGRAMS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  symlinkSync(repository, join(directory, "node_modules/bun-watchdog"));
  symlinkSync(join(repository, "scripts"), join(directory, "scripts"));
  mkdirSync(own, { recursive: true, mode: 0o700 });
  writeFileSync(join(own, "config.json"), JSON.stringify({ alerts: { command: ["true"] } }));
  writeFileSync(join(directory, "package.json"), JSON.stringify(PACKAGE, null, 2));
  writeFileSync(
    join(directory, "a.test.ts"),
    'import { expect, test } from "bun:test";\ntest("passes", () => expect(1).toBe(1));\n',
  );
  for (const [name, text] of Object.entries(FILES[page] ?? {})) writeFileSync(join(directory, name), text);
  await shell("git init -q", project);
  mkdirSync(project.state(), { recursive: true, mode: 0o700 });
  cpSync(await history(), project.state("history.db"));
  // a log, and a journal
  await shell("bun-watchdog monitor --once", project);
  return project;
}

/** One for all pages; the process takes it along. */
let made: Promise<string> | undefined;
const history = (): Promise<string> => (made ??= writeHistory());
async function writeHistory(): Promise<string> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "bun-watchdog-history-")));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "history.db");
  const argv = [join(repository, "test/support/write-history.ts"), file, directory, "3", "8"];
  const written = await runProgram([process.execPath, ...argv], { cwd: directory, env: process.env });
  if (written.exitCode !== 0) throw new Error(written.stderr);
  return file;
}

const shell = (line: string, project: Project): Promise<CliResult> =>
  runProgram(["sh", "-c", line], {
    cwd: project.directory,
    env: { ...process.env, ...project.env, CI: undefined },
  });

async function runLine(line: string, project: Project): Promise<void> {
  // every page but two is about a project that was set up
  const scripts = readFileSync(join(project.directory, "package.json"), "utf8");
  if (line.includes("bun:") && !scripts.includes("bun:")) await shell("bun-watchdog setup", project);
  if (STAYS.test(line)) {
    const monitor = await startMonitor(project, [], ["sh", "-c", `exec ${line}`]);
    expect(await monitor.stop()).toBe(0);
    return;
  }
  if (SERVES.test(line)) {
    const env = { ...process.env, ...project.env };
    const server = Bun.spawn(["sh", "-c", `exec ${line}`], { cwd: project.directory, env, stdout: "pipe" });
    const { value } = await server.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
    server.kill("SIGTERM");
    expect([value, await server.exited]).toEqual([expect.stringContaining("#token="), 0]);
    return;
  }
  // nothing is there that a longer look would find, or a longer trial
  const quick = line
    .replace("<pid>", String(process.pid))
    .replace("--watch-for 60s", "--watch-for 1s")
    .replace(FUNCTIONS, "$& --iterations 9 --warmup 1")
    .replace(TEN_TRIALS, "$& --trials 2")
    .replace(/ --(trials|runs) \d+/u, " --$1 2");
  const { exitCode, stdout, stderr } = await shell(quick, project);
  const [code, says] = ENDS[line] ?? [MAY_FAIL.test(line) ? exitCode : 0, ""];
  expect({ line, exitCode, stdout, stderr }).toEqual({ line, exitCode: code, stdout, stderr });
  expect(`${stdout}${stderr}`).toContain(says);
}

/** Steps of a workflow that run us. */
const steps = (page: Page): readonly string[] =>
  page.blocks
    .filter(({ language }) => language === "yaml")
    .flatMap(({ lines }) =>
      lines.flatMap((line) => /^\s*run: (?<step>bun run bun:.*)$/u.exec(line)?.[1] ?? []),
    );

const seen = new Set(Object.keys(ELSEWHERE));
const isNew = (line: string): boolean => !seen.has(line) && seen.add(line).size > 0;
const pages = PAGES.map((name) => {
  const page = readPage(name);
  return [name, page, [...commandLines(page), ...steps(page)].filter(isNew)] as const;
});

const printing = pages.filter(([, , lines]) => lines.length > 0);
/** All of them are made before one is played: a monitor of one page is in the way of another's. */
const turns = new Turns(2);
const projects = new Map<string, Promise<Project>>();
const cleared: Promise<void>[] = [];
beforeAll(async () => {
  for (const [name] of printing)
    projects.set(
      name,
      turns.take(() => prepare(name)),
    );
  await Promise.all(projects.values());
});
afterAll(async () => void (await Promise.all(cleared)));

async function clear(project: Project): Promise<void> {
  await shell("bun-watchdog monitor --stop; bunctl kill", project);
  project[Symbol.dispose]();
}

describe.each(printing)("%s", (name, _, lines) => {
  let project: Project;
  beforeAll(async () => {
    project = await projects.get(name)!;
  });
  afterAll(() => void cleared.push(turns.take(() => clear(project))));
  test.each([...lines])("%s", async (line) => {
    await runLine(line, project);
  });
});

/** Options of git, npm, Bun and others that the documents name. */
const FOREIGN: ReadonlySet<string> = new Set(
  "--save-dev --markdown --hot --stdio --inspect --user --compile --mount --urgent --no-daemon --omit --storage --web --fifo".split(
    " ",
  ),
);

/** The help of a command and of all below it. */
async function helpBelow(words: readonly string[], project: Project, run = runCli): Promise<string> {
  const { stdout } = await run([...words, "--help"], project);
  const [, behind = ""] = stdout.split("\nCommands:\n");
  const [commands = ""] = behind.split("\n\n");
  const names = [...commands.matchAll(/^ {2}(?<name>[a-z]+)[ ,]/gimu)].map(
    (match) => match.groups?.["name"] ?? "",
  );
  const below = names.map((name) => helpBelow([...words, name], project, run));
  return [stdout, ...(await Promise.all(below))].join("\n");
}

test("every option that a document names is in a help", async () => {
  using project = scratchProject(null);
  const wrapper = [process.execPath, join(repository, "scripts/bun-wrapper.ts"), "--help"];
  const gate = await runProgram(wrapper, { cwd: project.directory, env: process.env });
  const bunctl = await helpBelow([], project, (words, { directory }) =>
    runProgram([process.execPath, join(repository, "scripts/bunctl.ts"), ...words], {
      cwd: directory,
      env: process.env,
    }),
  );
  const isolate = await helpBelow([], project, (words, { directory }) =>
    runProgram([process.execPath, join(repository, "scripts/bun-isolate.ts"), ...words], {
      cwd: directory,
      env: process.env,
    }),
  );
  const known = optionsIn(`${await helpBelow([], project)}\n${gate.stdout}\n${bunctl}\n${isolate}`);
  const named = optionsIn(
    PAGES.map(readPage)
      .flatMap((page) => spans(page).concat(page.blocks.flatMap(({ lines }) => lines)))
      .join("\n"),
  );
  expect(known.size).toBeGreaterThan(30);
  expect([...named].filter((option) => !known.has(option) && !FOREIGN.has(option))).toEqual([]);
});

const optionsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]/gu)].map(([option]) => option));

test("what is not run here is printed somewhere", () => {
  const printed = new Set(PAGES.flatMap((name) => commandLines(readPage(name))));
  expect(Object.keys(ELSEWHERE).filter((line) => !printed.has(line))).toEqual([]);
});

const configurations = pages.flatMap(([name, page]) =>
  page.blocks
    .filter(({ language }) => language === "json" || language === "jsonc")
    // bunctl's own are read in test/unit/config/apps; an agent's are its own
    .filter(({ lines }) => !/"apps"|"hooks"/u.test(lines.join("\n")))
    .map(({ lines }, index) => [name, index + 1, lines.join("\n")] as const),
);

test.each(configurations)("the configuration in %s, block %i, is accepted", async (_, __, text) => {
  using project = scratchProject(null);
  const own = join(project.directory, ".config/bun-watchdog");
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const file = text.includes('"alerts"')
    ? join(own, "config.json")
    : join(project.directory, ".kiro/bun-process-config.json");
  writeFileSync(file, text);
  expect(await runCli(["config", "check"], project)).toMatchObject({ exitCode: 0, stderr: "" });
  expect(existsSync(file)).toBe(true);
});
