/** Which of the wrapper's modules are in the second of its two built files, and how the first finds them there. */
import { dirname, relative, resolve } from "node:path";
import { LATER } from "./sources.ts";

export const ROOT = resolve(import.meta.dir, "../../..");

/** Imported lazily from the sources' point of view, and needed by nearly every launch. */
const AT_ONCE: ReadonlySet<string> = new Set([
  "src/cli/wrapper/bun-options.ts",
  "src/os/linux/contain/cgroup2.ts",
  "src/os/linux/contain/hybrid.ts",
  "src/os/linux/contain/oom-event.ts",
]);

/** Loaded seldom, large, and some of it finds files beside itself: in neither. */
const FROM_SOURCE: ReadonlySet<string> = new Set(["src/cli/wrapper/ungated.ts", "src/config/load.ts"]);

/** The file of an import() of ours. */
const lazy = ({ path, importer, kind }: Bun.OnResolveArgs): string | null =>
  kind === "dynamic-import" && path.startsWith(".") ? relative(ROOT, resolve(dirname(importer), path)) : null;

export const fromSource: Bun.BunPlugin = {
  name: "from source",
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, (args) => {
      const file = lazy(args);
      return file !== null && FROM_SOURCE.has(file) ? { path: `../${file}`, external: true } : undefined;
    });
  },
};

const requireText = (path: string): string => `require(${JSON.stringify(path)})`;

/** In their place stand their namesakes in the second file; `modules` gets their names. */
export const postpone = (modules: Set<string>): Bun.BunPlugin => ({
  name: "postpone",
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, (args) => {
      const file = lazy(args);
      if (file === null || AT_ONCE.has(file) || FROM_SOURCE.has(file)) return undefined;
      modules.add(file);
      return { path: file, namespace: "later" };
    });
    build.onResolve({ filter: /-later\.js$/ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      loader: "js",
      contents: `module.exports = ${requireText(`./${LATER}`)}.modules[${JSON.stringify(path)}]();`,
    }));
  },
});

/** The second file's entry: each module is run when it is first asked for. */
export const collected = (modules: ReadonlySet<string>): string => {
  const loaders = [...modules].map(
    (file) => `${JSON.stringify(file)}: () => ${requireText(`${ROOT}/${file}`)}`,
  );
  return `export const modules = { ${loaders.join(", ")} };`;
};
