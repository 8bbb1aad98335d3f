import { expect, test } from "bun:test";
import { shortCommand, shortenPaths, shortPath } from "../../../src/render/command-name.ts";
import { OWN_FLAGS } from "../../../src/trust/own-bun.ts";
import { noteLines, wrap } from "../../../src/render/notes.ts";

const plain = (text: string): string => text;

test.each([
  ["a b c", 3, 0, ["a b", "c"]],
  ["a b c", 80, 0, ["a b c"]],
  ["longer than that", 4, 0, ["longer", "than", "that"]],
  ["one two three", 7, 3, ["one two", "three"]],
  ["", 10, 0, [""]],
  ["gets 100 % of 5 minutes", 9, 0, ["gets", "100 % of", "5 minutes"]],
  ["uses 1.4 GB, 5 min each", 9, 0, ["uses", "1.4 GB,", "5 min", "each"]],
])("wrap %j at %d, hanging %d", (text, width, hanging, lines) => {
  expect(wrap(text, width, hanging)).toEqual(lines);
});

test("notes align, and long sentences stay beside their pid", () => {
  const notes = [
    { pid: 7, word: "runaway", text: "has run for 8.1 s (limit 4 s) and then some more", paint: plain },
    { pid: 4711, word: "spared", text: "servers", paint: plain },
  ];
  expect(noteLines(notes, 48)).toEqual([
    "   7  runaway  has run for 8.1 s (limit 4 s) and",
    "               then some more",
    "4711  spared   servers",
  ]);
});

test.each([
  ["/usr/lib/node_modules/bun/bin/bun.exe run dev", null, "bun run dev"],
  ["/usr/bin/bunx.exe vite", null, "bunx vite"],
  ["bun.exe-like", null, "bun.exe-like"],
  ["bun /srv/site/src/a.ts --out /srv/site/out", "/srv/site", "bun src/a.ts --out out"],
  ["bun /a/b.ts", "/", "bun /a/b.ts"],
  ["./agent", "/x", "./agent"],
  [
    `/b/bun ${OWN_FLAGS.join(" ")} /p/scripts/fix-runaway-bun.ts cleanup --force`,
    null,
    "bun-watchdog cleanup --force",
  ],
  [`bun ${OWN_FLAGS.join(" ")} /p/node_modules/.bin/bun-wrapper run dev`, null, "bun-wrapper run dev"],
  [`/b/bun.exe ${OWN_FLAGS.join(" ")} /p/scripts/bun-monitor-service.ts`, null, "bun-watchdog monitor"],
  ["bun --config=/dev/null /p/dist/bunctl.js list", null, "bunctl list"],
  ["/b/bun.exe --config=/dev/null /p/dist/bunctl-daemon.js daemon run", null, "bunctl daemon run"],
  [`bun ${OWN_FLAGS.join(" ")} x.ts`, null, `bun ${OWN_FLAGS.join(" ")} x.ts`],
])("shortCommand(%j, %j)", (command, cwd, short) => {
  expect(shortCommand(command, cwd)).toBe(short);
});

test.each([
  ["bun /srv/app/src/jobs/import.ts --from /data/in.csv", "bun …/import.ts --from …/in.csv"],
  ["bun ~/site/dev.ts", "bun …/dev.ts"],
  ["bun dev.ts a/b", "bun dev.ts …/b"],
  ["bun -e for(;;);", "bun -e for(;;);"],
])("shortenPaths(%j)", (text, short) => {
  expect(shortenPaths(text)).toBe(short);
});

test("shortPath puts ~ for the home directory only, and makes names harmless", () => {
  expect(shortPath("/home/me/site", "/home/me")).toBe("~/site");
  expect(shortPath("/home/me", "/home/me")).toBe("~");
  expect(shortPath("/home/melanie", "/home/me")).toBe("/home/melanie");
  expect(shortPath("/a\nb", "/")).toBe(String.raw`/a\nb`);
});
