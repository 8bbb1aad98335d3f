/**
 * `npm run build` makes the page: one document, one script, one style sheet and an icon, with their hashes in their names, and
 * each packed beside it. Nothing is loaded from elsewhere.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  addIntegrity(outdir);
  let bytes = 0;
  for (const name of readdirSync(outdir)) {
    const packed = gzipSync(await Bun.file(join(outdir, name)).bytes(), { level: 9 });
    await Bun.write(join(outdir, `${name}.gz`), packed);
    bytes += packed.length;
  }
  return bytes;
}

/**
 * While no server of ours runs, another account may listen at its port, and leave its own script of that name in a browser's cache
 * for good: a browser takes none but that which was built here.
 */
function addIntegrity(outdir: string): void {
  const path = join(outdir, "index.html");
  const hash = (name: string): string =>
    new Bun.CryptoHasher("sha384").update(readFileSync(join(outdir, name))).digest("base64");
  const text = readFileSync(path, "utf8").replaceAll(
    /(?:src|href)="\.\/(page-[^"]+)"/gu,
    (found, name: string) => `${found} integrity="sha384-${hash(name)}"`,
  );
  writeFileSync(path, text);
}
