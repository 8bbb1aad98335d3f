/** Who is in view: scopes, accounts, namespaces, and what a machine may withhold. */
import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import {
  killAll,
  newSampler,
  ownUid,
  readyPids,
  sampleWhere,
  scratch,
  startChild,
} from "../support/sampling.ts";
import { linux, needs, pidNamespace, root } from "../support/skip.ts";

const fixture = (name: string): string => resolve(import.meta.dir, `../fixtures/sampler/${name}.ts`);
const idle = fixture("idle");
const NOBODY = 65534;

const output = async (argv: readonly string[], options: { uid?: number } = {}): Promise<string> => {
  const child = Bun.spawn([...argv], { ...options, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const [text] = await Promise.all([child.stdout.text(), child.exited]);
  return text.trim();
};

const parseRecord = (text: string): Record<string, unknown> => JSON.parse(text);

describe("scope", () => {
  test("project: a job is in view by where its topmost Bun process works", async () => {
    using inside = scratch();
    using outside = scratch();
    const nested = ["sh", "-c", 'cd "$1"; "$2" "$3" & echo ready $!; wait', "sh"];
    const launcher = `const c = Bun.spawn(${JSON.stringify([...nested, outside.path, process.execPath, idle])}, {stdout: "inherit"}); setInterval(() => c, 1e6)`;
    await using ours = startChild(["setsid", "--fork", process.execPath, "-e", launcher], {
      cwd: inside.path,
    });
    await using theirs = startChild(["setsid", "--fork", process.execPath, idle], { cwd: outside.path });
    const [script = 0] = await readyPids(ours);
    const [other = 0] = await readyPids(theirs);
    using sampler = newSampler({ scope: "project", projectRoot: inside.path });
    const everybody = newSampler();
    try {
      // the script works elsewhere, and belongs to the job of a launcher that works here
      expect((await sampleWhere(sampler, script, (found) => found?.runtime === "bun"))?.cwd).toBe(
        outside.path,
      );
      const { processes } = sampler.sample();
      expect(processes.has(other)).toBe(false);
      expect(processes.has(process.pid)).toBe(false);
      expect(everybody.sample().processes.has(other)).toBe(true);
      expect(
        newSampler({ scope: "project", projectRoot: inside.path.slice(0, -1) }).sample().processes.size,
      ).toBe(0);
    } finally {
      const [shell = 0, bun = 0] = everybody.ancestors(script);
      killAll([bun, shell, script, other]);
      everybody.close();
    }
  });

  needs(linux, root)("user: another account's Bun is in view as a descendant, not by itself", async () => {
    await using child = startChild(
      [process.execPath, "-e", "console.log('ready', process.pid); setInterval(() => {}, 1e6)"],
      { uid: NOBODY },
    );
    await readyPids(child);
    using ours = newSampler();
    expect(ours.sample().processes.get(child.pid)).toMatchObject({
      uid: NOBODY,
      user: "nobody",
      runtime: "bun",
      ppid: process.pid,
    });
    using theirs = newSampler({ uid: NOBODY });
    expect([...theirs.sample().processes.keys()]).toEqual([child.pid]);
    using everybody = newSampler({ uid: NOBODY, scope: "machine" });
    expect([...everybody.sample().processes.keys()]).toContain(process.pid);
  });
});

describe("what may not be read", () => {
  needs(linux, root)("is unknown, not zero: another account's process", async () => {
    await using child = startChild([process.execPath, idle], { argv0: "bun" });
    await readyPids(child);
    const { other, details } = parseRecord(
      await output([process.execPath, fixture("sample-self"), String(child.pid)], { uid: NOBODY }),
    );
    expect(other).toMatchObject({
      id: { pid: child.pid, exe: null },
      uid: ownUid,
      user: "root",
      runtime: "bun",
      kind: "run",
      exePath: null,
      cwd: null,
      argv: ["bun", idle],
      state: "sleeping",
    });
    expect(other).toHaveProperty("memoryBytes", expect.any(Number));
    expect(details).toMatchObject({ ioBytes: null, ioCalls: null, pssBytes: null, listeners: null });
  });

  test("with fewer descriptors than processes everybody is seen all the same", async () => {
    const script = `ulimit -n 40; exec "$0" "$1"`;
    expect(await output(["sh", "-c", script, process.execPath, fixture("few-descriptors")])).toBe(
      "seen 60 60 true",
    );
  });
});

describe("namespaces", () => {
  needs(linux, pidNamespace)("a process in a nested one says so", async () => {
    using sampler = newSampler();
    const user = ownUid === 0 ? [] : ["--user", "--map-root-user"];
    await using child = startChild([
      "unshare",
      ...user,
      "--fork",
      "--pid",
      "--kill-child",
      process.execPath,
      idle,
    ]);
    await readyPids(child);
    const nested = [...sampler.sample().processes.values()].find(({ ppid }) => ppid === child.pid);
    expect(nested).toMatchObject({ nested: true, runtime: "bun", kind: "run" });
    expect(sampler.sample().processes.get(child.pid)).toMatchObject({ nested: false, runtime: "other" });
  });

  needs(linux, pidNamespace)("a /proc that is not our own is refused with the next move", async () => {
    const user = ownUid === 0 ? [] : ["--user", "--map-root-user"];
    const run = ["sh", "-c", '"$0" "$1"; exit $?', process.execPath, fixture("sample-self")];
    const answer = parseRecord(await output(["unshare", ...user, "--fork", "--pid", "--kill-child", ...run]));
    expect(answer).toMatchObject({
      code: "PROC_NAMESPACE",
      message: expect.stringContaining("Mount the /proc"),
    });
  });
});

describe("a terminal", () => {
  needs(linux, "script")("has one foreground group", async () => {
    using sampler = newSampler();
    const inner = `set -m; '${process.execPath}' -e 'setInterval(() => {}, 1e6)' & echo "ready $!"; '${process.execPath}' -e 'console.log("foreground " + process.pid); setInterval(() => {}, 1e6)'`;
    await using child = startChild([
      "script",
      "-qfec",
      `bash -c ${JSON.stringify(inner).replaceAll("$", "\\$")}`,
      "/dev/null",
    ]);
    const [background = 0] = await readyPids(child);
    await sampleWhere(sampler, background, (found) => found?.runtime === "bun");
    let foreground = 0;
    await sampleWhere(
      sampler,
      background,
      () =>
        (foreground = Number(
          child.lines.find((line) => line.startsWith("foreground "))?.split(" ")[1] ?? 0,
        )) > 0,
    );
    const { processes } = sampler.sample();
    expect(processes.get(background)).toMatchObject({ terminal: true, foreground: false, runtime: "bun" });
    expect(processes.get(foreground)).toMatchObject({ terminal: true, foreground: true, runtime: "bun" });
    expect(processes.get(process.pid)?.foreground).toBe(false);
    killAll([background, foreground]);
  });
});
