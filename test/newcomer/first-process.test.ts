/** Containers: what pid 1 owes its orphans, and what it runs again and again. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { SCALED } from "./scaled.ts";

requireNamespace();

/** Whoever is started in it is its pid 1. */
const CONTAINER = `unshare --fork --pid --mount-proc --kill-child sh -c`
  .split(" ")
  .concat('mount -t tmpfs tmpfs /run; exec "$@"', "sh");

/** Leaves three orphans that end by themselves, and ends with 7 as soon as pid 1 has no zombie for a child any more. */
const APPLICATION = `
for n in 1 2 3; do sh -c "sleep 0.3 & exit 0"; done
until ps -o stat=,comm= --ppid 1 | grep -q sleep; do :; done
while ps -o stat=,comm= --ppid 1 | grep sleep | grep -qv '^Z'; do sleep 0.05; done
for n in $(seq 200); do
  ps -o stat= --ppid 1 | grep -q '^Z' || exit 7
  sleep 0.05
done
exit 1`;

test("pid 1 takes the status of whoever nobody else waits for", async () => {
  using project = scratchProject(SCALED);
  const run = Bun.spawn([...CONTAINER, ...cli, "monitor", "--", "sh", "-c", APPLICATION], {
    cwd: project.directory,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const said = await run.stderr.text();
  expect({ code: await run.exited, said }).toMatchObject({
    code: 7,
    said: expect.stringContaining("nothing ran away"),
  });
});

/** Runs the same program again and again; each run ends by itself within the timeout. Then one that does not end. */
const SUPERVISOR = `
"$0" "$1" monitor --yes >monitor.txt 2>&1 &
for n in $(seq 200); do grep -q watches monitor.txt && break; sleep 0.1; done
for run in 1 2 3 4 5 6 7; do "$0" short.ts || exit 1; done
for run in 1 2 3 4 5 6 7; do setsid "$0" short.ts || exit 2; done
"$0" hung.ts && exit 3
exit 7`;

test("what pid 1 runs again and again has its own time, each time", async () => {
  using project = scratchProject({ ...SCALED, maxConcurrentProcesses: null });
  writeFileSync(join(project.directory, "short.ts"), "setTimeout(() => {}, 700);\n");
  writeFileSync(join(project.directory, "hung.ts"), "setTimeout(() => {}, 60_000);\n");
  const run = Bun.spawn([...CONTAINER, "sh", "-c", SUPERVISOR, ...cli], {
    cwd: project.directory,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const said = await run.stderr.text();
  expect({ code: await run.exited, said }).toMatchObject({ code: 7 });
});
