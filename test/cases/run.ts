/**
 * `npm run cases -- <folder> [part of a name…]`: runs small scripts that judge the product from outside (each sandboxes
 * itself; exit 0 = right), one after the other: most of them measure time. Exit 1 when one says wrong. What a script
 * prints is shown only then.
 */
import { accessSync, constants, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { repository } from "../support/launch.ts";

/** The longest one watches an idle job for more than five minutes. */
const CASE_LIMIT_MS = 900_000;

/** Runnable scripts in the folder and its subfolders; what a case merely uses is not executable, or named differently. */
function casesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /^(\d\d|[a-z]\d\d)[a-z]?-.*\.sh$/.test(basename(path)))
    .map((path) => join(folder, path))
    .filter(isExecutable)
    .toSorted();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // the folder's own word that this is not to be run
    return false;
  }
}

async function play(path: string): Promise<boolean> {
  const child = Bun.spawn(["bash", path], {
    cwd: repository,
    env: { ...process.env, PROJECT: repository },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: CASE_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const [code, ...output] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  console.log(`${code === 0 ? "right" : "WRONG"}  ${basename(path, ".sh")}`);
  if (code !== 0) console.log(output.join("").trimEnd());
  return code === 0;
}

async function main([folder, ...parts]: readonly string[]): Promise<number> {
  if (folder === undefined) {
    console.error("Which folder holds the cases? npm run cases -- <folder> [part of a name…]");
    return 2;
  }
  const wanted = casesIn(resolve(folder)).filter(
    (path) => parts.length === 0 || parts.some((part) => basename(path).includes(part)),
  );
  let right = 0;
  for (const path of wanted) if (await play(path)) right += 1;
  console.log(`${right} passed, ${wanted.length - right} failed`);
  return right === wanted.length && right > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
