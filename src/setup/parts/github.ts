/** A GitHub workflow that runs the project's tests under the monitor. */
import { join } from "node:path";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { asItIs, ownFile, type Part } from "../edit.ts";
import type { ProjectFolder } from "../project.ts";

/** As in action.yml and in the README. The command itself has no timeout: this is for what it has let go of. */
const CI_TIMEOUT_MS = 1_800_000;
/** A CI machine runs nothing else; a bundler needs more than a forgotten test on somebody's desk may. */
const CI_MEMORY_MB = 4_096;

const WORKFLOW = `# Made by bun-watchdog setup --ci github.
name: tests under bun-watchdog
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    env:
      BUN_WATCHDOG_PROCESS_TIMEOUT_MS: "${CI_TIMEOUT_MS}"
      BUN_WATCHDOG_MAX_MEMORY_USAGE_MB: "${CI_MEMORY_MB}"
    steps:
      - uses: actions/checkout@v4
      - uses: oven-sh/setup-bun@v2
      - run: bun install
      - name: Cleanup Bun Processes
        run: bun run bun:cleanup
      - name: Monitor During Tests
        run: bun run bun:monitor --clean -- bun run test
`;

export function githubWorkflow(project: ProjectFolder): Part {
  return {
    edits: [
      ownFile(
        WORKFLOW,
        {
          path: join(project.git?.top ?? project.root, ".github", "workflows", "bun-watchdog.yml"),
          what: "GitHub workflow",
          ifKept: "it still runs at every push",
        },
        asItIs,
      ),
    ],
    notes: [
      ...(jsonValue(project.manifest, ["scripts", "test"]) === undefined
        ? [
            'There is no package script "test", which the workflow runs. Write one, or put your own command in its place in .github/workflows/bun-watchdog.yml.',
          ]
        : []),
      "In a workflow that you have already, put the tests under the monitor instead: run: bun run bun:monitor --clean -- bun run test",
    ],
  };
}
