/** Who besides the owner may write: by the mode, and by who is in the group. */
import { expect, test } from "bun:test";
import { otherWriters } from "../../../src/trust/accounts.ts";

const ALICE = 1_000;
const accounts = () => ({
  passwd: [
    "root:x:0:0::/root:/bin/sh",
    "alice:x:1000:1000::/home/alice:/bin/sh",
    "bob:x:1001:1001::/home/bob:/bin/sh",
    "nobody:x:65534:65534::/:/bin/false",
  ].join("\n"),
  group: ["root:x:0:", "staff:x:50:", "alice:x:1000:", "team:x:2000:alice,bob", "alone:x:3000:alice"].join(
    "\n",
  ),
});

test.each<readonly [string, number, number, string | null]>([
  ["nobody else", 0o644, 2_000, null],
  ["everybody", 0o646, 1_000, "every account"],
  ["the account's own group", 0o664, 1_000, null],
  ["a group with others in it", 0o664, 2_000, "group team"],
  ["a group with the account alone in it", 0o664, 3_000, null],
  ["a group with nobody in it", 0o664, 50, null],
  ["another account's own group", 0o664, 65_534, "group 65534"],
  ["a group that no database knows", 0o664, 4_711, "group 4711"],
])("%s", (_name, mode, gid, expected) => expect(otherWriters({ mode, gid }, ALICE, accounts)).toBe(expected));
