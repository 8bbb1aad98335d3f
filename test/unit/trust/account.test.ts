/** Whom a plain account believes, and root of a user namespace: as themselves, since access(2) asks the kernel. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountOf } from "../../../src/trust/accounts.ts";
import { repository } from "../../support/launch.ts";
import { needs, root } from "../../support/skip.ts";

const [ALICE, BOB] = [12_345, 54_321];
const AS_ALICE = ["setpriv", `--reuid=${ALICE}`, `--regid=${ALICE}`, "--clear-groups"];

let top = "";
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "bun-watchdog-account-"));
  chmodSync(top, 0o755);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

/** What `code` prints as that account; "@" stands for src/trust. */
function run(as: readonly string[], code: string): string {
  const script = code.replaceAll("@", join(repository, "src", "trust"));
  const { stdout, stderr } = Bun.spawnSync([...as, process.execPath, "-e", script], { cwd: "/" });
  return `${stdout.toString()}${stderr.toString()}`.trim();
}

const homeOfAlice = (home: string): string =>
  run(
    AS_ALICE,
    `import { homeOf } from "@/state.ts"; console.log(homeOf(${ALICE}, { HOME: "${home}" }, () => ""))`,
  );

test("an account is found by its whole uid, the first line of it", () => {
  const passwd = "big:x:1000:1000::/home/big:/bin/sh\nten:x:10:10::/home/ten:\nother:x:10:10::/:\nbare:x:7\n";
  expect(accountOf(10, passwd)).toEqual({ name: "ten", home: "/home/ten", gid: 10 });
  expect(accountOf(1, passwd)).toBeNull();
  expect(accountOf(7, passwd)).toEqual({ name: "bare", home: "", gid: NaN });
});

needs(root, "setpriv")("root's home, which a plain account may not enter, is not its home", () => {
  mkdirSync(join(top, "roots"), { mode: 0o700 });
  expect(homeOfAlice(join(top, "roots"))).toBe("/");
  chmodSync(join(top, "roots"), 0o755);
  expect(homeOfAlice(join(top, "roots"))).toBe(join(top, "roots"));
});

needs(root, "setpriv")(
  "a plain account believes no record of another one; its own and root's it does",
  () => {
    const path = join(top, "record");
    writeFileSync(path, "text");
    const read = (owner: number): string => {
      chownSync(path, owner, owner);
      return run(AS_ALICE, `import { readBelieved } from "@/open.ts"; console.log(readBelieved("${path}"))`);
    };
    expect([read(0), read(ALICE)]).toEqual(["text", "text"]);
    expect(read(BOB)).toContain(`belongs to uid ${BOB}`);
  },
);

needs(
  root,
  "setpriv",
  "unshare",
)("root of a user namespace of its own believes the machine's root, which looks like nobody there", () => {
  const why = run(
    [...AS_ALICE, "unshare", "--user", "--map-root-user"],
    `import { distrust } from "@/path.ts"; console.log(JSON.stringify(distrust("${process.execPath}", 0)))`,
  );
  // where the kernel makes no user namespaces for plain accounts there is nothing to be careful about
  if (!why.includes("unshare")) expect(why).toBe("null");
});
