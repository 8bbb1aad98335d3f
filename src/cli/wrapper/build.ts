/** `npm run build`: the wrapper as one file with its bytecode; entry.ts says why. */
import { dirname, relative } from "node:path";
import { BUILT, ROOT, SOURCES } from "./entry.ts";

/** CommonJS: Bun keeps bytecode beside a file in no other format (1.4.5). Packages stay where they are. */
export async function buildWrapper(): Promise<void> {
  const built = await Bun.build({
    entrypoints: [`${import.meta.dir}/main.ts`],
    outdir: dirname(BUILT),
    naming: "bun-wrapper.js",
    target: "bun",
    format: "cjs",
    minify: true,
    bytecode: true,
    packages: "external",
    metafile: true,
  });
  const inputs = Object.keys(built.metafile?.inputs ?? {}).map((path) =>
    relative(ROOT, `${process.cwd()}/${path}`),
  );
  if (inputs.length === 0) throw new Error("The build does not say what it was made from.");
  await Bun.write(SOURCES, JSON.stringify(inputs));
}

if (import.meta.main) await buildWrapper();
