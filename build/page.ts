/**
 * `npm run build` makes the page: one document, one script, one style sheet and an icon, with their hashes in their names, and
 * each packed beside it. Nothing is loaded from elsewhere.
 */
import { readdirSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { noteInputs } from "./notices.ts";
import { packageFile } from "../src/trust/package-file.ts";

/** Returns the bytes that a browser transfers for the page. */
export async function buildPage(outdir = packageFile("dist/page")): Promise<number> {
  rmSync(outdir, { recursive: true, force: true });
  const built = await Bun.build({
    entrypoints: [packageFile("src/http/page/index.html")],
    outdir,
    target: "browser",
    minify: true,
    metafile: true,
    naming: { entry: "[name].[ext]", chunk: "page-[hash].[ext]", asset: "[name]-[hash].[ext]" },
  });
  if (!built.success) throw new AggregateError(built.logs, "The page cannot be built.");
  noteInputs(built);
  let bytes = 0;
  for (const name of readdirSync(outdir)) {
    const packed = gzipSync(await Bun.file(join(outdir, name)).bytes(), { level: 9 });
    await Bun.write(join(outdir, `${name}.gz`), packed);
    bytes += packed.length;
  }
  return bytes;
}
