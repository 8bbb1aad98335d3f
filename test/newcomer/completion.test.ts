/** Completion in real shells: what a Tab makes of a line. It starts no manager, and runs nothing of the folder. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OWN_FLAGS } from "../../src/trust/own-bun.ts";
import { repository, runProgram, scratchProject, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { openScreen } from "../support/screen.ts";
import { needs } from "../support/skip.ts";

requireNamespace();

const SCRIPTS = {
  "bun-watchdog": "fix-runaway-bun",
  "bun-wrapper": "bun-wrapper",
  bunctl: "bunctl",
} as const;

/** As after an installation, and a config file that tells when it is evaluated. */
function prepare(): { readonly project: Project; readonly env: Record<string, string> } {
  const project = scratchProject(null);
  const bin = join(project.directory, "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(SCRIPTS)) {
    const start = [process.execPath, ...OWN_FLAGS, join(repository, `scripts/${script}.ts`)].join(" ");
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${start} "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(join(project.directory, "settings.jsonc"), "{}");
  const env = {
    ...project.env,
    PATH: `${bin}:${process.env["PATH"]}`,
    PS1: "at your service ",
    TERM: "xterm",
  };
  return { project, env };
}

const run = ({ project, env }: ReturnType<typeof prepare>, ...argv: readonly string[]) =>
  runProgram(argv, { cwd: project.directory, env: { ...process.env, ...env } });

const INTERACTIVE = {
  // nothing of the machine's: no bash-completion either
  bash: ["bash", "--norc", "--noprofile", "-i"],
  zsh: ["zsh", "-f", "-i"],
  fish: ["fish", "--no-config", "-i"],
} as const;

const LINES = [
  ["bun-watchdog status --scope=us", "--scope=user "],
  ["bin/bun-watchdog monitor --config sett", "--config settings.jsonc "],
  ["bun-wrapper --mem", "bun-wrapper --memory "],
  ["bunctl daemon upg", "bunctl daemon upgrade "],
] as const;

for (const shell of ["bash", "zsh", "fish"] as const)
  needs(shell, "tmux")(`${shell} completes commands, options, values and files`, async () => {
    const prepared = prepare();
    using project = prepared.project;
    for (const program of ["bun-watchdog", "bunctl"]) {
      const { stdout } = await run(prepared, program, "completion", shell);
      writeFileSync(join(project.directory, `${program}.${shell}`), stdout);
    }
    await using screen = await openScreen(INTERACTIVE[shell], {
      cwd: project.directory,
      env: prepared.env,
    });
    screen.type(`source ./bun-watchdog.${shell}; source ./bunctl.${shell}; echo re''ady`);
    await screen.shows((lines) => lines.some((line) => line.startsWith("ready")));
    for (const [begun, completed] of LINES) {
      screen.press(...begun.split("").map((key) => (key === " " ? "Space" : key)), "Tab");
      expect([begun, await screen.shows(completed.trimEnd())]).toEqual([begun, true]);
      // the blank behind it is there: what is typed next is a word of its own
      screen.press("x");
      expect([begun, await screen.shows(`${completed}x`)]).toEqual([begun, true]);
      // not C-c: the terminal forgets what was typed ahead
      screen.press("C-u");
    }
  });

needs("bash").each([
  ["none", "api\\$\\(touch\\ pwned\\)\nsafe\n"],
  ["files", "safe\n"],
])("bash gets no command out of a name, beside %s", async (kind, replies) => {
  const prepared = prepare();
  using project = prepared.project;
  const { stdout } = await run(prepared, "bunctl", "completion", "bash");
  writeFileSync(join(project.directory, "bunctl.bash"), stdout);
  const answer = `bunctl() { echo ${kind}; printf '%s\\t\\n' 'api$(touch pwned)' safe; }`;
  const asks = `COMP_LINE="bunctl stop x" COMP_POINT=13; _bunctl_words bunctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = await run(prepared, "bash", "-c", `. ./bunctl.bash\n${answer}\n${asks}`);
  expect(said.stdout).toBe(replies);
});

test("names of apps come from the manager, or from a file that is data; nothing is started for them", async () => {
  const prepared = prepare();
  using project = prepared.project;
  const words = async (...line: readonly string[]): Promise<string> =>
    (await run(prepared, "bunctl", "completion", "words", "bunctl", ...line)).stdout;
  const code = join(project.directory, "ecosystem.config.js");
  writeFileSync(
    code,
    `require("node:fs").writeFileSync("${project.directory}/evaluated", ""); module.exports = {};`,
  );
  expect(await words("start", "")).toBe("files\nall\tevery app\n");
  writeFileSync(
    join(project.directory, "bunctl.json"),
    '{ "apps": [{ "name": "api", "script": "a.ts" }, { "script": "./src/web.ts" }] } // comments are allowed',
  );
  expect(await words("start", "")).toContain("files\napi\tof the config file\nweb\tof the config file\n");
  expect(await words("restart", "a")).toBe("none\nall\tevery app\n");
  expect(existsSync(join(project.directory, "evaluated"))).toBe(false);
  expect(await run(prepared, "bunctl", "daemon", "status")).toMatchObject({ exitCode: 1 });
  expect(
    (await run(prepared, "bun-watchdog", "completion", "words", "bun-watchdog", "stop", "")).stdout,
  ).toMatch(/^none\n(?:\d+\tbun[^\n]*\n)+$/u);
});
