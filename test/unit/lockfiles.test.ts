/**
 * Both lock files are committed, and neither names a registry: an install uses whichever the user has configured.
 *
 * After a change of dependencies, refresh both (npm leaves out the addresses, bun takes npm's file over as it is):
 *
 *     npm install --package-lock-only --omit-lockfile-registry-resolved && rm bun.lock && bun install --lockfile-only
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };

const repository = resolve(import.meta.dir, "../..");
const read = (name: string): string => readFileSync(join(repository, name), "utf8");
const lines = (name: string, pattern: RegExp): readonly string[] =>
  read(name)
    .split("\n")
    .filter((line) => pattern.test(line));

/** npm repeats each package's funding address; that is no place anything is fetched from. */
const FETCHED_FROM = /"resolved"|tarball|registry\.|\.tgz|git\+/;

test.each(["package-lock.json", "bun.lock"])("%s names no host", (name) => {
  expect(lines(name, FETCHED_FROM)).toEqual([]);
});

test("bun.lock names no address at all", () => {
  expect(lines("bun.lock", /https?:/)).toEqual([]);
});

const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
test.each(["package-lock.json", "bun.lock"])(
  "%s knows every dependency as package.json asks for it",
  (name) => {
    const text = read(name);
    const missing = wanted.filter(([dependency, range]) => !text.includes(`"${dependency}": "${range}"`));
    expect(missing).toEqual([]);
  },
);

test("both locked every dependency to the same version", () => {
  const [npm, bun] = [read("package-lock.json"), read("bun.lock")];
  const differing = wanted.filter(([dependency, range]) => {
    // `npm:name@range` is another package under this name
    const name = /^npm:(.+)@/.exec(range)?.[1] ?? dependency;
    const block = npm.slice(npm.indexOf(`"node_modules/${dependency}": {`));
    const version = /"version": "(?<version>[^"]+)"/.exec(block)?.groups?.["version"];
    return version === undefined || !bun.includes(`["${name}@${version}"`);
  });
  expect(differing.map(([dependency]) => dependency)).toEqual([]);
});
