/** What other programs import: modules as they are, which share what they have in common. */
import { withoutUsing } from "./bundle.ts";
import { packageFile } from "../src/trust/package-file.ts";
import { noteInputs } from "./notices.ts";
import { LIBRARIES, RARE } from "./programs.ts";

export async function buildLibraries(): Promise<void> {
  const files = Object.fromEntries(
    Object.entries(LIBRARIES).map(([name, entry]) => [
      packageFile(`${name}.ts`),
      `export * from ${JSON.stringify(packageFile(entry))};`,
    ]),
  );
  const built = await Bun.build({
    entrypoints: Object.keys(files),
    files,
    plugins: [withoutUsing],
    external: [...RARE],
    // else it would be that of the machine that built it
    define: { "process.env.NODE_ENV": "process.env.NODE_ENV" },
    outdir: packageFile("dist"),
    naming: { entry: "[name].js", chunk: "chunk-[hash].js" },
    target: "bun",
    format: "esm",
    splitting: true,
    minify: true,
    metafile: true,
  });
  noteInputs(built);
}
