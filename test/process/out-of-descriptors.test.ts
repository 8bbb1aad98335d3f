/** More targets than descriptors: they are stopped a few at a time, and all of them. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until } from "../support/ready.ts";

requireNamespace();

const TERMINATE = join(import.meta.dir, "../fixtures/kill/terminate.ts");
const CHILDREN = 40;
/** For Bun itself, the sampler and a dozen pins. */
const DESCRIPTORS = 48;

const crowd = `
  process.on("SIGTERM", () => {});
  const children = Array.from({ length: ${CHILDREN} }, () => Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] }));
  console.log("ready", process.pid, ...children.map(({ pid }) => pid));
  setInterval(() => {}, 1e6);
`;

test(`a tree of ${CHILDREN + 1} is gone though this process may open ${DESCRIPTORS} files`, async () => {
  await using tree = await startFixture([process.execPath, "-e", crowd]);
  const killer = Bun.spawn(
    [
      "sh",
      "-c",
      `ulimit -n ${DESCRIPTORS}; exec "$@"`,
      "sh",
      process.execPath,
      TERMINATE,
      String(tree.root.pid),
      "100",
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  const lines = (await killer.stdout.text()).trimEnd().split("\n");
  const report: unknown = JSON.parse(lines.at(-1) ?? "");
  expect(await until(() => tree.pids.every((started) => !isAlive(started)))).toBe(true);
  expect(report).toMatchObject({
    outcomes: Array.from({ length: CHILDREN + 1 }, () => ({
      result: { outcome: expect.stringMatching(/^(gone|zombie)$/) },
    })),
  });
}, 60_000);

const ENTRY = join(import.meta.dir, "../../scripts/fix-runaway-bun.ts");

test.each([16, 20, 26])(
  "a monitor that may open %i files refuses to start, and says what it needs",
  (limit) => {
    const { stderr, exitCode } = Bun.spawnSync(
      ["sh", "-c", `ulimit -n ${limit}; exec "$@"`, "sh", process.execPath, ENTRY, "monitor", "--once"],
      { stdout: "ignore", stderr: "pipe", timeout: 20_000 },
    );
    expect(stderr.toString()).toMatch(/Only \d+ more files can be opened here, and a monitor needs 24\./);
    expect(exitCode).toBe(1);
  },
);
