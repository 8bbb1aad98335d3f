/** Who could have put something else there: components, links and modes, for root and for a plain account. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homeOf, makePrivate, projectKey, stateDirectory } from "../../../src/trust/state.ts";
import { openBelieved, openThroughLink, readBelieved, readRegular } from "../../../src/trust/open.ts";
import { distrust } from "../../../src/trust/path.ts";
import { needs, root } from "../../support/skip.ts";

const [ALICE, BOB] = [12_345, 54_321];
let top = "";
const at = (...names: readonly string[]): string => join(top, ...names);
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "bun-watchdog-trust-"));
  chmodSync(top, 0o755);
  mkdirSync(at("a/b"), { recursive: true });
  writeFileSync(at("a/b/file"), "text");
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const give = (path: string, uid: number): void => lchownSync(path, uid, uid);

describe("a path", () => {
  test("of one's own and root's is believed, and so is one that is not there", () => {
    const own = process.getuid?.() ?? null;
    expect(distrust(at("a/b/file"), own)).toBeNull();
    expect(distrust(at("a/none/file"), own)).toBeNull();
    expect(distrust(at("a/b/file/below"), own)).toBeNull();
    expect(distrust(at("a/b/../b/./file"), own)).toBeNull();
  });

  needs(root)("a component of another account at any height is refused to root alone", () => {
    for (const name of ["a", "a/b", "a/b/file"]) {
      give(at(name), ALICE);
      expect(distrust(at("a/b/file"), 0)).toMatchObject({
        why: expect.stringContaining(`${at(name)} belongs to uid ${ALICE}`),
        next: expect.stringContaining(`chown root ${at(name)}`),
      });
      expect(distrust(at("a/b/file"), BOB)).toBeNull();
      give(at(name), 0);
    }
  });

  needs(root)("what every account may exchange is refused to root alone; a sticky directory is none", () => {
    for (const name of ["a", "a/b", "a/b/file"]) {
      const mode = name === "a/b/file" ? 0o644 : 0o755;
      chmodSync(at(name), mode | 0o002);
      expect(distrust(at("a/b/file"), 0)?.next).toBe(`chmod go-w ${at(name)}`);
      expect(distrust(at("a/b/file"), BOB)).toBeNull();
      chmodSync(at(name), mode);
    }
    chmodSync(at("a"), 0o1777);
    expect(distrust(at("a/b/file"), 0)).toBeNull();
  });

  needs(root)(
    "a link of a third account is refused to everybody, wherever in the path and wherever it leads",
    () => {
      symlinkSync("b", at("a/link"));
      symlinkSync(at("a/link"), at("a/second"));
      symlinkSync("second", at("a/third"));
      for (const uid of [0, ALICE, BOB]) expect(distrust(at("a/second/file"), uid)).toBeNull();
      give(at("a/link"), ALICE);
      for (const path of ["a/link/file", "a/second/file", "a/second", "a/third/file", "a/second/../b/file"]) {
        expect(distrust(`${top}/${path}`, BOB)?.why).toContain(
          `${at("a/link")}, a symbolic link made by uid ${ALICE}`,
        );
        expect(distrust(`${top}/${path}`, 0)).not.toBeNull();
        expect(distrust(`${top}/${path}`, ALICE)).toBeNull();
      }
    },
  );

  test("a link to itself is nobody's trick: to open it says what is wrong", () => {
    symlinkSync("loop", at("loop"));
    expect(distrust(at("loop"), process.getuid?.() ?? null)).toBeNull();
  });
});

describe("a file", () => {
  test("that is made is this account's alone", () => {
    closeSync(openBelieved(at("new"), constants.O_WRONLY | constants.O_CREAT));
    expect(statSync(at("new")).mode & 0o777).toBe(0o600);
  });

  test("is opened when it is one", () => {
    expect(readBelieved(at("a/b/file"))).toBe("text");
    expect(() => openBelieved(at("a/none"))).toThrow("ENOENT");
  });

  test("a FIFO, a device and a directory are refused without a wait, for reading and for writing", () => {
    Bun.spawnSync(["mkfifo", at("fifo")]);
    for (const [path, what] of [
      [at("fifo"), "a named pipe"],
      ["/dev/null", "a device"],
      [at("a"), "a directory"],
    ] as const) {
      expect(() => openBelieved(path)).toThrow(`is ${what} and not a regular file`);
      expect(() => readRegular(path)).toThrow(`is ${what} and not a regular file`);
    }
    expect(() => openBelieved(at("fifo"), 2)).toThrow("is a named pipe");
  });

  test("a link is followed to a neighbour only", () => {
    symlinkSync("file", at("a/b/current"));
    openThroughLink(at("a/b/current"), at("a/b"));
    symlinkSync("b/file", at("a/away"));
    expect(() => openThroughLink(at("a/away"), at("a"))).toThrow("leads out of its directory");
    expect(() => openBelieved(at("a/b/current"))).toThrow("ELOOP");
  });

  needs(root)("a third account's link to a neighbour is none", () => {
    symlinkSync("file", at("a/b/current"));
    give(at("a/b/current"), ALICE);
    expect(() => openThroughLink(at("a/b/current"), at("a/b"))).toThrow(`made by uid ${ALICE}`);
  });

  needs(root)("of another account is refused, to root by every component", () => {
    give(at("a/b/file"), ALICE);
    expect(() => openBelieved(at("a/b/file"))).toThrow(`belongs to uid ${ALICE}`);
    give(at("a/b/file"), 0);
    give(at("a"), ALICE);
    expect(() => readBelieved(at("a/b/file"))).toThrow(`${at("a")} belongs to uid ${ALICE}`);
  });
});

const passwd = (): string => at("a");

describe("home", () => {
  test("the environment's, where it is one's own; else passwd's; else nowhere", () => {
    const own = process.getuid?.() ?? null;
    chmodSync(at("a/b/file"), 0o755);
    expect(homeOf(own, { HOME: at("a/b") }, passwd)).toBe(at("a/b"));
    expect(homeOf(own, { HOME: at("a/none") }, passwd)).toBe(at("a/none"));
    for (const HOME of [undefined, "", "relative", at("a/b/file")])
      expect(homeOf(own, { HOME }, passwd)).toBe(at("a"));
    expect(homeOf(own, {}, () => "")).toBe("/");
  });

  needs(root)(
    "that of another account is never it, for root (sudo) and for a plain account (docker -u)",
    () => {
      give(at("a/b"), ALICE);
      for (const uid of [0, BOB]) expect(homeOf(uid, { HOME: at("a/b") }, passwd)).toBe(at("a"));
      expect(homeOf(ALICE, { HOME: at("a/b") }, passwd)).toBe(at("a/b"));
      give(at("a/b"), 0);
      give(at("a"), ALICE);
      expect(homeOf(0, { HOME: at("a/b") }, () => top)).toBe(top);
      symlinkSync("a", at("theirs"));
      give(at("theirs"), ALICE);
      give(at("a"), 0);
      expect(homeOf(BOB, { HOME: at("theirs/none") }, () => top)).toBe(top);
    },
  );
});

describe("the state directory", () => {
  const uid = process.getuid?.() ?? null;
  test("is XDG_STATE_HOME's where that is one's own, else below home", () => {
    const inHome = at("a/.local/state/bun-watchdog");
    expect(stateDirectory({ uid, home: at("a"), env: { XDG_STATE_HOME: at("a/b") } })).toBe(
      at("a/b/bun-watchdog"),
    );
    for (const env of [{}, { XDG_STATE_HOME: "" }, { XDG_STATE_HOME: "state" }])
      expect(stateDirectory({ uid, home: at("a"), env })).toBe(inHome);
  });

  needs(root)("another account's XDG_STATE_HOME is not taken", () => {
    give(at("a/b"), ALICE);
    expect(stateDirectory({ uid: 0, home: top, env: { XDG_STATE_HOME: at("a/b") } })).toBe(
      at(".local/state/bun-watchdog"),
    );
  });

  test("a project has one place whatever way leads to it, and no two share it", () => {
    symlinkSync("a", at("same"));
    mkdirSync(at("c/b"), { recursive: true });
    expect(projectKey(at("same/b"))).toBe(projectKey(at("a/b")));
    expect(projectKey(at("c/b"))).not.toBe(projectKey(at("a/b")));
    expect(projectKey(at("a/b"))).toMatch(/^b-[0-9a-f]{16}$/);
    expect(projectKey("/")).toMatch(/^root-/);
    expect(projectKey("/gone/\u001b[31m x")).toMatch(/^[\w.-]+$/);
  });

  test("is made 0700, and what is in its way is said", () => {
    expect(makePrivate(at("x/y"), uid)).toBeNull();
    expect(makePrivate(at("x/y"), uid)).toBeNull();
    for (const made of ["x", "x/y"]) expect(statSync(at(made)).mode & 0o777).toBe(0o700);
    expect(makePrivate(at("a/b/file"), uid)).toMatch(/cannot be written \(EEXIST|is not a directory/);
    expect(makePrivate(at("a/b/file/below"), uid)).toContain("ENOTDIR");
    chmodSync(at("x/y"), 0o777);
    expect(makePrivate(at("x/y"), uid)).toMatch(/may (?:be written|exchange)/);
    chmodSync(at("x/y"), 0o770);
    expect(makePrivate(at("x/y"), uid)).toContain("may be written by other accounts (chmod 700");
  });

  needs(root)("one of another account is none", () => {
    mkdirSync(at("x/y"), { recursive: true });
    give(at("x/y"), ALICE);
    expect(makePrivate(at("x/y"), 0)).toContain(`belongs to uid ${ALICE}`);
    expect(makePrivate(at("x/y"), BOB)).toContain(`belongs to uid ${ALICE}`);
    symlinkSync("a", at("link"));
    give(at("link"), ALICE);
    expect(makePrivate(at("link/z"), 0)).toContain("is not used");
    expect(existsSync(at("a/z"))).toBe(false);
  });
});
