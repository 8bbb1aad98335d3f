/** The page as it is built: small, and without anything from elsewhere. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "../../../../build/page.ts";
import { withTemporary } from "../../../support/temporary.ts";

/** All that is transferred, packed. */
const MOST_BYTES = 200_000;

test("a document, a script, a style sheet and an icon; each packed, with its hash in its name", () =>
  withTemporary(async (folder) => {
    const bytes = await buildPage(folder);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    const names = readdirSync(folder);
    const plain = names.filter((name) => !name.endsWith(".gz"));
    expect(plain.map((name) => name.replace(/-[0-9a-z]{6,}(?=\.)/u, "")).toSorted()).toEqual([
      "icon.svg",
      "index.html",
      "page.css",
      "page.js",
    ]);
    const document = await Bun.file(join(folder, "index.html")).text();
    for (const name of plain.filter((each) => each.startsWith("page-"))) {
      const hash = new Bun.CryptoHasher("sha384").update(await Bun.file(join(folder, name)).bytes());
      expect(document).toContain(`"./${name}" integrity="sha384-${hash.digest("base64")}"`);
    }
    expect(plain.filter((name) => !names.includes(`${name}.gz`))).toEqual([]);
    const texts = await Promise.all(plain.map((name) => Bun.file(join(folder, name)).text()));
    // a name space is no address
    const addresses = texts
      .join("")
      .replaceAll("http://www.w3.org/2000/svg", "")
      .match(/\b(?:https?:)?\/\/[\w.-]+\.\w+/gu);
    expect(addresses).toBeNull();
  }));

test("the document has neither script nor style in it", async () => {
  const text = await Bun.file(new URL("../../../../src/http/page/index.html", import.meta.url)).text();
  expect(text).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src=)/iu);
});
