/** Output that the disk does not take is a failure, and says so on standard error. */
import { expect, test } from "bun:test";
import { openSync, closeSync } from "node:fs";
import { cli, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";

requireNamespace();

async function into(path: string, args: readonly string[]): Promise<{ exitCode: number; stderr: string }> {
  using project = scratchProject({});
  const fd = openSync(path, "w");
  try {
    const child = Bun.spawn([...cli, ...args], {
      cwd: project.directory,
      env: { ...process.env, ...project.env },
      stdio: ["ignore", fd, "pipe"],
    });
    const [stderr, exitCode] = await Promise.all([child.stderr.text(), child.exited]);
    return { exitCode, stderr };
  } finally {
    closeSync(fd);
  }
}

test.each(["status --json", "status", "config print", "doctor --json", "cleanup --json"])(
  "%s",
  async (line) => {
    const { exitCode, stderr } = await into("/dev/full", line.split(" "));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Standard output takes no more");
    expect(await into("/dev/null", line.split(" "))).toMatchObject({ exitCode: 0 });
  },
);

test("a reader that has gone is no failure", async () => {
  using project = scratchProject({});
  const child = Bun.spawn(
    ["bash", "-c", 'set -o pipefail; "$@" | true', "bash", ...cli, "config", "schema"],
    {
      cwd: project.directory,
      env: { ...process.env, ...project.env },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const [stderr, exitCode] = await Promise.all([child.stderr.text(), child.exited]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});
