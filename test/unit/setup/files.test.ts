/** Somebody's files: what setup writes, what it leaves alone, and that the uninstall gives every byte back. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPlan } from "../../../src/setup/apply.ts";
import { isOwnGit, outside } from "../../../src/setup/bounds.ts";
import { asItIs, type Edit, made } from "../../../src/setup/edit.ts";
import type { Undo } from "../../../src/setup/undo.ts";
import { parseManifest, readManifest } from "../../../src/setup/manifest.ts";
import { planEdits } from "../../../src/setup/plan.ts";
import { applyUninstall, planUninstall } from "../../../src/setup/uninstall.ts";
import { needs, root } from "../../support/skip.ts";

let top = "";
const at = (name: string): string => join(top, name);
const bounds = () => ({ within: [at("project")], named: [at("unit.service")] });
const record = (): string => at("state/one/setup.json");
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "bun-watchdog-setup-")));
  chmodSync(top, 0o755);
  for (const name of ["project", "state/one", "precious"]) mkdirSync(at(name), { recursive: true });
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const PART = "ours\n";
const LINE: Undo = { kind: "line", text: PART.trim() };
/** A line of ours at the end. */
const edit = (name: string): Edit => ({
  path: at(name),
  what: name,
  add: (text) =>
    text?.includes(PART) === true
      ? asItIs(text)
      : { text: `${text ?? ""}${PART}`, undo: text === null ? [made(""), LINE] : [LINE] },
  marks: [made(""), LINE],
});

const setUp = (...edits: readonly Edit[]): readonly string[] => {
  const plan = planEdits(edits, bounds());
  applyPlan(record(), at("project"), plan, edits, bounds());
  return plan.refused;
};
const takeBack = (...edits: readonly Edit[]): readonly string[] => {
  const { manifest } = readManifest(record(), bounds());
  const uninstall = planUninstall(record(), manifest, edits, bounds());
  applyUninstall(record(), manifest, uninstall.changes, edits, bounds());
  return uninstall.refused;
};
const text = (name: string): string => readFileSync(at(name), "utf8");

describe("there and back", () => {
  test("every file is as it was, what was made is gone, and so is the record", () => {
    writeFileSync(at("project/a"), "theirs\n", { mode: 0o640 });
    const edits = [edit("project/a"), edit("project/new/deep/b")];
    setUp(...edits);
    expect([text("project/a"), text("project/new/deep/b")]).toEqual([`theirs\n${PART}`, PART]);
    expect(statSync(at("project/a")).mode & 0o777).toBe(0o640);
    expect(statSync(record()).mode & 0o777).toBe(0o600);
    takeBack(...edits);
    expect(text("project/a")).toBe("theirs\n");
    expect(readdirSync(at("project"))).toEqual(["a"]);
    expect(readdirSync(at("state/one"))).toEqual([]);
  });

  test("what a second setup finds is the first text as long as nobody was there since", () => {
    writeFileSync(at("project/a"), "theirs\n");
    setUp(edit("project/a"));
    const newer: Edit = {
      ...edit("project/a"),
      add: (now) => ({ text: `${now ?? ""}newer\n`, undo: [{ kind: "line", text: "newer" }] }),
    };
    setUp(newer);
    writeFileSync(at("project/b"), "b");
    expect(readManifest(record(), bounds()).manifest?.files[0]?.before).toBe("theirs\n");
    takeBack(newer);
    expect(text("project/a")).toBe("theirs\n");
  });

  test("what somebody wrote between two setups is not undone by the uninstall", () => {
    writeFileSync(at("project/a"), "theirs\n");
    setUp(edit("project/a"));
    writeFileSync(at("project/a"), `${PART}theirs by now\n`);
    const newer: Edit = {
      ...edit("project/a"),
      add: (now) => ({ text: `${now ?? ""}${PART}`, undo: [LINE] }),
    };
    setUp(newer);
    takeBack(newer);
    expect(text("project/a")).toBe("theirs by now\n");
  });

  test("what somebody wrote since stays, ours alone is taken out", () => {
    writeFileSync(at("project/a"), "theirs\n");
    setUp(edit("project/a"));
    writeFileSync(at("project/a"), `theirs\n${PART}later\n`);
    takeBack(edit("project/a"));
    expect(text("project/a")).toBe("theirs\nlater\n");
  });

  test("of a file that was cut off the whole text comes back, and what was there is kept beside it", () => {
    writeFileSync(at("project/a"), "theirs\n");
    setUp(edit("project/a"));
    writeFileSync(at("project/a"), "the");
    takeBack(edit("project/a"));
    expect([text("project/a"), text("project/a.before-uninstall")]).toEqual(["theirs\n", "the"]);
  });

  test("a directory that somebody put something into stays", () => {
    setUp(edit("project/new/b"));
    writeFileSync(at("project/new/mine"), "mine");
    takeBack(edit("project/new/b"));
    expect(readdirSync(at("project/new"))).toEqual(["mine"]);
  });

  test("a link stays one: what it leads to in the project is changed", () => {
    writeFileSync(at("project/real"), "theirs\n");
    symlinkSync("real", at("project/link"));
    setUp(edit("project/link"));
    expect(lstatSync(at("project/link")).isSymbolicLink()).toBe(true);
    expect(text("project/real")).toBe(`theirs\n${PART}`);
  });

  needs(root)("a file keeps its owner", () => {
    writeFileSync(at("project/a"), "theirs\n");
    chownSync(at("project/a"), 12_345, 12_345);
    setUp(edit("project/a"));
    expect(statSync(at("project/a")).uid).toBe(12_345);
  });
});

describe("what a KILLed setup left beside a file", () => {
  test("is replaced, never followed", () => {
    writeFileSync(at("precious/x"), "precious");
    symlinkSync(at("precious/x"), at("project/a.bun-watchdog-new"));
    setUp(edit("project/a"));
    expect([text("precious/x"), readdirSync(at("project"))]).toEqual(["precious", ["a"]]);
  });

  test("goes with the uninstall", () => {
    writeFileSync(at("project/a.bun-watchdog-new"), "half");
    takeBack(edit("project/a"));
    expect(readdirSync(at("project"))).toEqual([]);
  });
});

describe("what cannot be written", () => {
  test("leaves nothing changed, and nothing new", () => {
    writeFileSync(at("project/a"), "theirs\n");
    mkdirSync(at("project/b.bun-watchdog-new"));
    expect(() => setUp(edit("project/a"), edit("project/new/c"), edit("project/b"))).toThrow(
      "Nothing was changed",
    );
    expect(text("project/a")).toBe("theirs\n");
    expect(readdirSync(at("project")).toSorted()).toEqual(["a", "b.bun-watchdog-new"]);
    expect(readdirSync(at("state/one"))).toEqual([]);
  });

  test("in the middle puts back what was replaced, made and removed before", () => {
    writeFileSync(at("project/a"), "theirs\n", { mode: 0o640 });
    writeFileSync(at("project/old"), PART);
    mkdirSync(at("project/b/in-the-way"), { recursive: true });
    const change = (name: string, before: string | null, after: string | null) => ({
      path: at(name),
      before,
      after,
      mode: 0o644,
      what: [],
    });
    const changes = [
      change("project/a", "theirs\n", PART),
      change("project/old", PART, null),
      change("project/new/c", null, PART),
      change("project/b", null, PART),
    ];
    const plan = { visits: [], changes, unchanged: [], standing: [], refused: [] };
    expect(() => applyPlan(record(), at("project"), plan, [], bounds())).toThrow(
      `Nothing was changed: ${at("project/b")}`,
    );
    expect([text("project/a"), text("project/old")]).toEqual(["theirs\n", PART]);
    expect(statSync(at("project/a")).mode & 0o777).toBe(0o640);
    expect(readdirSync(at("project")).toSorted()).toEqual(["a", "b", "old"]);
    expect(readdirSync(at("state/one"))).toEqual([]);
  });

  test("leaves the record of the setup before", () => {
    setUp(edit("project/a"));
    const before = readFileSync(record(), "utf8");
    mkdirSync(at("project/b.bun-watchdog-new"));
    expect(() => setUp(edit("project/a"), edit("project/b"))).toThrow("Nothing was changed");
    expect(readFileSync(record(), "utf8")).toBe(before);
  });

  test.each([
    ["a link to nothing", () => symlinkSync("nothing", at("project/b")), "project/b", "is a link to"],
    ["a file for a folder", () => writeFileSync(at("project/f"), ""), "project/f", "is no directory"],
    ["a link for a folder", () => symlinkSync("no", at("project/f")), "project/f", "leads to no directory"],
    ["a pipe for a folder", () => Bun.spawnSync(["mkfifo", at("project/f")]), "project/f", "is no directory"],
  ])("is seen before the first write: %s", (_name, make, named, why) => {
    make();
    const path = named === "project/b" ? named : "project/f/deep/b";
    expect(() => setUp(edit("project/a"), edit(path))).toThrow(
      new RegExp(`^Nothing was changed: ${RegExp.escape(at(named))} .*${why}`, "u"),
    );
    expect(existsSync(at("project/a"))).toBe(false);
    expect(readdirSync(at("state/one"))).toEqual([]);
  });
});

needs(root)("what is made in another account's folder is its owner's", () => {
  chownSync(at("project"), 12_345, 12_346);
  setUp(edit("project/new/a"));
  for (const name of ["project/new", "project/new/a"])
    expect([statSync(at(name)).uid, statSync(at(name)).gid]).toEqual([12_345, 12_346]);
});

test("a setup that was KILLed before it had its record has changed nothing: what looks like ours is somebody's", () => {
  writeFileSync(at("project/a"), `theirs\n${PART}`);
  writeFileSync(`${record()}.bun-watchdog-new`, "");
  takeBack(edit("project/a"));
  expect(text("project/a")).toBe(`theirs\n${PART}`);
  expect(readdirSync(at("state/one"))).toEqual([]);
});

test("drafts of a setup that was KILLed go with the next one, whatever that changes", () => {
  setUp(edit("project/a"), edit("project/b"));
  writeFileSync(at("project/b.bun-watchdog-new"), "");
  setUp(edit("project/a"));
  expect(existsSync(at("project/b.bun-watchdog-new"))).toBe(false);
});

test("a file that is no UTF-8 is refused, and stays to the last byte", () => {
  const bytes = Buffer.from([0x61, 0xe9, 0x0a]);
  writeFileSync(at("project/a"), bytes);
  expect(setUp(edit("project/a"))[0]).toContain("is not UTF-8");
  expect(readFileSync(at("project/a")).equals(bytes)).toBe(true);
});

test("only a refusal is one: a bug in an edit is not taken for it", () => {
  const wrong: Edit = {
    ...edit("project/a"),
    add: () => {
      throw new TypeError("a bug");
    },
  };
  expect(() => planEdits([wrong], bounds())).toThrow("a bug");
});

describe("what is not the project's", () => {
  test("stays as it is, by a link too, and the rest goes on", () => {
    writeFileSync(at("precious/x"), "precious");
    symlinkSync(at("precious/x"), at("project/link"));
    symlinkSync(at("precious"), at("project/folder"));
    const edits = ["project/link", "project/folder/y", "project/a"].map(edit);
    const refused = setUp(...edits);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toContain(`leads out of the project, to ${at("precious/x")}`);
    expect([text("precious/x"), readdirSync(at("precious")), text("project/a")]).toEqual([
      "precious",
      ["x"],
      PART,
    ]);
  });

  test("is not taken back either: what a link leads to by now is somebody's own", () => {
    setUp(edit("project/a"));
    rmSync(at("project/a"));
    writeFileSync(at("precious/x"), `precious\n${PART}`);
    symlinkSync(at("precious/x"), at("project/a"));
    takeBack(edit("project/a"));
    expect(text("precious/x")).toBe(`precious\n${PART}`);
  });

  test.each([
    ["project/a", true],
    ["project/new/deep/a", true],
    ["unit.service", true],
    ["project", false],
    ["project-two/a", false],
    ["a", false],
    ["project/../a", false],
  ])("%s: %p", (name, isWithin) => {
    expect(outside(`${top}/${name}`, bounds()) === null).toBe(isWithin);
  });
});

const original = (path: string) => ({ path, before: "x", after: "y", undo: [LINE] });

const recorded = (facts: object): string =>
  JSON.stringify({
    schemaVersion: 2,
    root: at("project"),
    files: [original(at("project/a"))],
    directories: [],
    ...facts,
  });

describe("a record", () => {
  test.each([
    ["whole", () => ({}), true],
    ["of another version", () => ({ schemaVersion: 1 }), false],
    ["with more in it", () => ({ more: 1 }), false],
    ["about a file outside", () => ({ files: [original(at("precious/x"))] }), false],
    ["about a file on a way out", () => ({ files: [original(`${at("project")}/../precious/x`)] }), false],
    ["about a directory outside", () => ({ directories: [at("precious")] }), false],
    ["with a part that is none", () => ({ files: [{ ...original(at("project/a")), undo: [{}] }] }), false],
  ] as const)("%s", (_name, facts, isBelieved) => {
    expect(parseManifest(recorded(facts()), bounds()) !== null).toBe(isBelieved);
  });

  needs(root)("of another account is not read", () => {
    writeFileSync(record(), recorded({}));
    expect(readManifest(record(), bounds()).manifest?.files).toHaveLength(1);
    chownSync(record(), 12_345, 12_345);
    expect(() => readManifest(record(), bounds())).toThrow("belongs to uid 12345");
  });
});

test("a git directory is this work tree's when it lies in it, or names it as its own", () => {
  mkdirSync(at("precious/.git/worktrees/w"), { recursive: true });
  mkdirSync(at("project/.git"));
  const elsewhere = at("precious/.git/worktrees/w");
  expect(isOwnGit(at("project"), at("project/.git"), null)).toBe(true);
  expect(isOwnGit(at("project"), at("precious/.git"), null)).toBe(false);
  expect(isOwnGit(at("project"), at("precious/.git"), at("precious"))).toBe(false);
  expect(isOwnGit(at("project"), at("precious/.git"), at("project"))).toBe(true);
  expect(isOwnGit(at("project"), elsewhere, null)).toBe(false);
  writeFileSync(join(elsewhere, "gitdir"), `${at("other/.git")}\n`);
  expect(isOwnGit(at("project"), elsewhere, null)).toBe(false);
  writeFileSync(join(elsewhere, "gitdir"), `${at("project/.git")}\n`);
  expect(isOwnGit(at("project"), elsewhere, null)).toBe(true);
});
