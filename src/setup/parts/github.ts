/** A GitHub workflow that runs the project's tests under the monitor. */
import { isAbsolute, join, relative, resolve } from "node:path";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { asItIs, ownFile, type Part } from "../edit.ts";
import type { ProjectFolder } from "../project.ts";
import { installerOf, workflowText } from "./install.ts";

/** As in action.yml and in the README. The command itself has no timeout: this is for what it has let go of. */
const CI_TIMEOUT_MS = 1_800_000;
/** A CI machine runs nothing else; a bundler needs more than a forgotten test on somebody's desk may. */
const CI_MEMORY_MB = 4_096;
/** Of the whole job: later than the watchdog's own, which says what it has stopped. GitHub's default is six hours. */
const JOB_MINUTES = 45;

const workflow = (
  folder: string,
  steps: readonly string[],
  run: string,
): string => `# Made by bun-watchdog setup --ci github.
name: tests under bun-watchdog
on: [push, pull_request]
permissions:
  contents: read
# the run of a newer push takes the place of an older one's
concurrency:
  group: \${{ github.workflow }}-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  test:
    # one run for each push: a pull request out of this repository has had its own
    if: github.event_name == 'push' || github.event.pull_request.head.repo.full_name != github.repository
    runs-on: ubuntu-latest
    timeout-minutes: ${JOB_MINUTES}
${folder === "" ? "" : `    defaults:\n      run:\n        working-directory: ${workflowText(folder)}\n`}    env:
      BUN_WATCHDOG_PROCESS_TIMEOUT_MS: "${CI_TIMEOUT_MS}"
      BUN_WATCHDOG_MAX_MEMORY_USAGE_MB: "${CI_MEMORY_MB}"
    steps:
      - uses: actions/checkout@v4
${steps.map((line) => `      ${line}\n`).join("")}      - name: Cleanup Bun Processes
        run: ${run} bun-watchdog cleanup
      - name: Monitor During Tests
        run: ${run} bun-watchdog monitor --clean -- bun run test
`;

/** `force`: ours in the place of a file that is there already. */
export function githubWorkflow(project: ProjectFolder, force = false): Part {
  const folder = project.git?.below ?? "";
  const { lock, others, steps, run } = installerOf(project, folder === "" ? "" : `${folder}/`);
  const text = workflow(folder, steps, run);
  const path = join(project.git?.top ?? project.root, ".github", "workflows", "bun-watchdog.yml");
  const file = { path, what: "GitHub workflow", ifKept: "it still runs at every push", ours: text };
  return {
    edits: [force ? ownFile(text, file) : ownFile(text, file, asItIs)],
    notes: [
      ...(jsonValue(project.manifest, ["scripts", "test"]) === undefined
        ? [
            'There is no package script "test", which the workflow runs. Write one, or put your own command in its place in .github/workflows/bun-watchdog.yml.',
          ]
        : []),
      ...notInCheckout(project),
      ...(others.length > 0
        ? [
            `The workflow installs what ${lock} says. ${others.join(" and ")} is there too: name your package manager in package.json ("packageManager"), or remove what you do not use.`,
          ]
        : []),
      ...(lock === null
        ? [
            "There is no lock file: the workflow installs whatever is newest. Commit one, then run setup again.",
          ]
        : []),
      `In a workflow that you have already, put the tests under the monitor instead: run: ${run} bun-watchdog monitor --clean -- bun run test`,
    ],
  };
}

/** A file or a folder of this machine that we are installed from: npm and its kin write it behind `file:`, bun as it is. */
function notInCheckout({ root, manifest, git }: ProjectFolder): readonly string[] {
  const wish = ["devDependencies", "dependencies", "optionalDependencies"]
    .map((kind) => jsonValue(manifest, [kind, "bun-watchdog"]))
    .find((value) => typeof value === "string");
  const path = /^(?:(?:file|link|portal):)?(?<path>(?:\.{0,2}\/|\.\.).*)$/u.exec(wish ?? "")?.groups?.[
    "path"
  ];
  if (path === undefined) return [];
  const below = relative(git?.top ?? root, resolve(root, path));
  if (!below.startsWith("..") && !isAbsolute(below)) return [];
  return [
    `package.json has bun-watchdog from ${path}, which is not in this repository, so GitHub cannot install it. Put that file into the repository, and install it from there.`,
  ];
}
