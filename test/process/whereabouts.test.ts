/** Where a process works and where its script lies, for whoever has another view of the file system, or has moved. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newSampler, readyPids, scratch, startChild } from "../support/sampling.ts";
import { linux, needs, root } from "../support/skip.ts";

const bun = process.execPath;
const IDLE = "console.log('ready', process.pid); setInterval(() => {}, 1e6);";

/** The shell says "ready <pid>" or becomes what does; `$0` is Bun, `$1` and `$2` the folders. */
async function seen(script: string, ...folders: readonly string[]): Promise<object> {
  await using child = startChild(["sh", "-c", script, bun, ...folders], { cwd: "/" });
  const [pid = 0] = await readyPids(child);
  using sampler = newSampler();
  const process = sampler.sample().processes.get(pid);
  if (process === undefined) throw new Error(`${pid} is not in view`);
  const { cwd, scriptPath, hasMoved } = process;
  return { cwd, scriptPath, hasMoved };
}

describe("in another mount namespace", () => {
  const apart = "exec unshare --mount sh -c";

  needs(
    linux,
    root,
    "unshare",
  )("a folder that merely has the path of one here is none of ours", async () => {
    using folder = scratch();
    using other = scratch();
    for (const { path } of [folder, other]) writeFileSync(join(path, "x.ts"), IDLE);
    const enter = 'mount -t tmpfs none "$1" && cp "$2/x.ts" "$1" && cd "$1"';
    for (const run of ['exec "$0" x.ts', 'exec "$0" "$1/x.ts"', 'cd / && exec "$0" "$1/x.ts"'])
      expect(await seen(`${apart} '${enter} && ${run}' "$0" "$1" "$2"`, folder.path, other.path)).toEqual({
        cwd: run.startsWith("cd /") ? "/" : null,
        scriptPath: null,
        hasMoved: false,
      });
  });

  needs(
    linux,
    root,
    "unshare",
  )("one that is the same folder is", async () => {
    using folder = scratch();
    writeFileSync(join(folder.path, "x.ts"), IDLE);
    const own = { cwd: folder.path, scriptPath: join(folder.path, "x.ts"), hasMoved: false };
    expect(await seen(`${apart} 'cd "$1" && exec "$0" x.ts' "$0" "$1"`, folder.path)).toEqual(own);
    expect(await seen(`${apart} 'cd "$1" && exec "$0" "$1/x.ts"' "$0" "$1"`, folder.path)).toEqual(own);
  });
});

describe("in another directory than where it was started", () => {
  const MOVES = `process.chdir("/"); ${IDLE}`;

  needs(linux)("its script lies where it was started", async () => {
    using folder = scratch();
    const script = join(folder.path, "x.ts");
    writeFileSync(script, MOVES);
    expect(await seen('cd "$1" && exec "$0" x.ts', folder.path)).toEqual({
      cwd: "/",
      scriptPath: script,
      hasMoved: true,
    });
    expect(await seen('cd / && exec "$0" "$1/x.ts"', folder.path)).toMatchObject({ scriptPath: script });
  });

  needs(linux)("its script may have been removed where it works, in a package of its own", async () => {
    using folder = scratch();
    using other = scratch();
    for (const { path } of [folder, other]) writeFileSync(join(path, "x.ts"), IDLE);
    writeFileSync(join(other.path, "package.json"), "{}");
    const sub = join(other.path, "sub");
    mkdirSync(sub);
    const script = `process.chdir(${JSON.stringify(sub)}); ${IDLE}`;
    writeFileSync(join(folder.path, "x.ts"), script);
    expect(await seen('cd "$1" && exec "$0" x.ts', folder.path)).toEqual({
      cwd: sub,
      scriptPath: null,
      hasMoved: false,
    });
    // a package around both is no other one
    writeFileSync(join(other.path, "x.ts"), script);
    expect(await seen('cd "$1" && exec "$0" x.ts', other.path)).toMatchObject({
      scriptPath: join(other.path, "x.ts"),
    });
  });

  test.each([
    ["a directory that it was merely told of", 'PWD="$2" "$0" x.ts', false],
    ["one that has a script of that name", 'PWD="$2" "$0" x.ts', true],
    ["a directory that has a folder of that name", 'PWD="$2" "$0" x.ts', null],
  ])("it is not taken to have been started in %s", async (_name, script, hasOne) => {
    using folder = scratch();
    using other = scratch();
    writeFileSync(join(folder.path, "x.ts"), MOVES);
    if (hasOne === true) writeFileSync(join(other.path, "x.ts"), IDLE);
    if (hasOne === null) mkdirSync(join(other.path, "x.ts"));
    // the shell stays, and is asked where it works
    expect(await seen(`cd "$1"; ${script} & wait`, folder.path, other.path)).toMatchObject({
      scriptPath: null,
    });
  });
});
