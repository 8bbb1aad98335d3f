/** How every program and library is built. */
import manifest from "../package.json" with { type: "json" };
import { packageFile } from "../src/trust/package-file.ts";
import { noteInputs } from "./notices.ts";

/**
 * Bun knows `using` since 1.3.12; what is built runs on older ones too (package.json's `engines`). The target is `browser`:
 * `bun` leaves `using` in, and `node` makes an `import.meta.main` of its own that is never true in what is built (1.4.5).
 */
const withoutUsing: Bun.BunPlugin = {
  name: "without using",
  setup(build) {
    const transpiler = new Bun.Transpiler({ loader: "ts", target: "browser" });
    build.onLoad({ filter: /\/src\/.*\.ts$/u }, async ({ path }) => {
      const text = await Bun.file(path).text();
      return /\busing \w+ =/u.test(text)
        ? { loader: "js", contents: transpiler.transformSync(text) }
        : undefined;
    });
  },
};

export async function buildWithBun({
  plugins = [],
  define,
  ...own
}: Bun.BuildConfig): Promise<Bun.BuildOutput> {
  const built = await Bun.build({
    ...own,
    plugins: [...plugins, withoutUsing],
    // loaded from where they are installed; all other packages are in what is built
    external: Object.keys(manifest.dependencies),
    // else it would be that of the machine that built it
    define: { ...define, "process.env.NODE_ENV": "process.env.NODE_ENV" },
    outdir: packageFile("dist"),
    target: "bun",
    minify: true,
    metafile: true,
  });
  noteInputs(built);
  return built;
}
