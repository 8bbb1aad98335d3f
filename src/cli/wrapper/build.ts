/** `npm run build`: the wrapper as one file with its bytecode; entry.ts says why. */
import { dirname, relative, resolve } from "node:path";
import { DIST, SOURCES } from "./sources.ts";

const ROOT = resolve(import.meta.dir, "../../..");

/**
 * Loaded seldom, large, and without anything that the rest has to share: from the sources. What ends a job is not among
 * them, since it must know the same children as what started it.
 */
const FROM_SOURCE: ReadonlySet<string> = new Set(["src/cli/wrapper/ungated.ts", "src/config/load.ts"]);

const keepApart: Bun.BunPlugin = {
  name: "keep apart",
  setup(build) {
    build.onResolve({ filter: /\/(?:ungated|load)\.ts$/ }, ({ path, importer, kind }) => {
      const file = relative(ROOT, resolve(dirname(importer), path));
      return kind === "dynamic-import" && FROM_SOURCE.has(file)
        ? { path: `../${file}`, external: true }
        : undefined;
    });
  },
};

/** CommonJS: Bun keeps bytecode beside a file in no other format (1.4.5). Packages stay where they are. */
export async function buildWrapper(): Promise<void> {
  const { metafile } = await Bun.build({
    entrypoints: [`${import.meta.dir}/built.ts`],
    outdir: `${ROOT}/${DIST}`,
    naming: "bun-wrapper.js",
    target: "bun",
    format: "cjs",
    minify: true,
    bytecode: true,
    packages: "external",
    plugins: [keepApart],
    metafile: true,
  });
  const inputs = Object.keys(metafile?.inputs ?? {}).map((path) => relative(ROOT, resolve(path)));
  if (inputs.length === 0) throw new Error("The build does not say what it was made from.");
  await Bun.write(`${ROOT}/${SOURCES}`, JSON.stringify(inputs));
}

if (import.meta.main) await buildWrapper();
