/** A setup that is KILLed at any moment leaves each file old or new, and what it began can be finished or taken back. */
import { expect, test } from "bun:test";
import { repository } from "../support/launch.ts";
import { Random, seed } from "../support/random.ts";
import { setupProject } from "./setup-project.ts";

const ROUNDS = 12;
/** A whole setup takes about this long here; the instants spread over it. */
const LONGEST_MS = 250;

test(`KILLed ${ROUNDS} times`, async () => {
  const random = new Random(seed());
  using project = await setupProject();
  project.file("package.json", '{\n  "name": "shop"\n}\n');
  project.file(".git/hooks/pre-commit", "#!/bin/sh\necho own\n", 0o755);
  const before = project.picture();
  await project.setup(["--ci", "github", "--shim"]);
  const after = project.picture();
  await project.setup(["--uninstall"]);
  expect(project.picture()).toEqual(before);

  let interrupted = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const script = `${repository}/scripts/fix-runaway-bun.ts`;
    const child = Bun.spawn([process.execPath, script, "setup", "--ci", "github", "--shim"], {
      cwd: project.directory,
      env: { ...process.env, ...project.env },
      stdio: ["ignore", "ignore", "ignore"],
    });
    await Bun.sleep(random.whole(1, LONGEST_MS));
    child.kill("SIGKILL");
    await child.exited;
    if (child.signalCode !== null) interrupted++;
    for (const [path, text] of Object.entries(project.picture())) {
      // a neighbour that was about to be renamed may lie there, never a half file under its own name
      if (!path.includes(".bun-watchdog-new")) expect([before[path], after[path]]).toContain(text);
    }
    expect((await project.setup(["--uninstall"])).exitCode).toBe(0);
    expect(project.picture()).toEqual(before);
  }
  expect(interrupted).toBeGreaterThan(0);
});
