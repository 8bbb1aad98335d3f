/** action.yml: its last step runs somebody's command under the monitor, with that command's exit code. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { repository, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { withBun } from "./bystander.ts";

requireNamespace();

interface Step {
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

const isStep = (value: unknown): value is Step =>
  typeof value === "object" && value !== null && "run" in value && typeof value.run === "string";

const stepsOf = (action: unknown): readonly unknown[] => {
  const runs: unknown =
    typeof action === "object" && action !== null && "runs" in action ? action.runs : null;
  const steps: unknown = typeof runs === "object" && runs !== null && "steps" in runs ? runs.steps : [];
  return Array.isArray(steps) ? steps : [];
};

test.each([
  ["Bun is there", withBun.PATH, "there=true\n"],
  ["Bun is not there, so the next step sets it up", "", "there=false\n"],
])("%s", async (_name, path, said) => {
  const [ask, setUp] = stepsOf(Bun.YAML.parse(await Bun.file(join(repository, "action.yml")).text()));
  expect(setUp).toEqual({
    if: "steps.bun.outputs.there != 'true'",
    uses: "oven-sh/setup-bun@v2",
    with: { "bun-version": "1.4.5" },
  });
  using project = scratchProject(null);
  const output = join(project.directory, "output");
  const { exitCode } = Bun.spawnSync(
    ["/bin/bash", "-eo", "pipefail", "-c", isStep(ask) ? ask.run : "exit 9"],
    {
      env: { PATH: `${path}:/usr/bin:/bin`, GITHUB_OUTPUT: output },
    },
  );
  expect([exitCode, await Bun.file(output).text()]).toEqual([0, said]);
});

test("it installs what the sources import, and nothing that only develops them", async () => {
  const install = stepsOf(Bun.YAML.parse(await Bun.file(join(repository, "action.yml")).text()))[2];
  const [edit = ""] = isStep(install) ? install.run.split("\n") : [];
  using project = scratchProject(null);
  const manifest = join(project.directory, "package.json");
  await Bun.write(manifest, Bun.file(join(repository, "package.json")));
  const { exitCode } = Bun.spawnSync(["bash", "-euo", "pipefail", "-c", edit], {
    cwd: project.directory,
    env: { ...process.env, ...withBun },
  });
  const { dependencies, devDependencies, scripts } = await Bun.file(manifest).json();
  expect({ exitCode, devDependencies, scripts }).toEqual({ exitCode: 0, devDependencies: {}, scripts: {} });
  const wanted = new Set<string>();
  for (const path of new Bun.Glob("src/**/*.ts").scanSync(repository)) {
    // the page is built, and what it shows is no part of this
    if (path.startsWith("src/http/page/")) continue;
    for (const { path: name } of new Bun.Transpiler({ loader: "ts" }).scanImports(
      await Bun.file(join(repository, path)).text(),
    ))
      if (!/^(?:[./]|node:|bun\b)/u.test(name)) wanted.add(/^(?:@[^/]+\/)?[^/]+/u.exec(name)?.[0] ?? name);
  }
  expect([...wanted].filter((name) => dependencies[name] === undefined)).toEqual([]);
  expect(dependencies).not.toHaveProperty("typescript");
});

test.each([
  ["it's fine", 'echo "it\'s fine"; exit 3', 3],
  ["a failing part of a pipe", "false | cat; echo not reached", 1],
])("%s", async (_name, command, exitCode) => {
  const last = stepsOf(Bun.YAML.parse(await Bun.file(join(repository, "action.yml")).text())).findLast(
    isStep,
  );
  const inputs: Readonly<Record<string, string>> = {
    run: command,
    "timeout-ms": "60000",
    "memory-mb": "1024",
  };
  const filled = Object.fromEntries(
    Object.entries(last?.env ?? {}).map(([name, text]) => [
      name,
      text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/gu, (_, input: string) => inputs[input] ?? "?"),
    ]),
  );
  using project = scratchProject(null);
  const child = Bun.spawn(["bash", "-c", last?.run ?? "exit 9"], {
    cwd: project.directory,
    env: { ...process.env, ...project.env, ...withBun, ...filled, GITHUB_ACTION_PATH: repository },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ exitCode: await child.exited, stderr }).toEqual({
    exitCode,
    stderr: expect.stringContaining("nothing ran away"),
  });
  expect(stdout).not.toContain("not reached");
});
