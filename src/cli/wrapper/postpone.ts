/** Which of the wrapper's modules are in the second of its two built files, and how the first finds them there. */
import { dirname, relative, resolve } from "node:path";
import { LATER } from "./sources.ts";

export const ROOT = resolve(import.meta.dir, "../../..");

/** Imported lazily from the sources' point of view, and needed by nearly every launch. */
const AT_ONCE: ReadonlySet<string> = new Set([
  "src/os/linux/contain/cgroup2.ts",
  "src/os/linux/contain/hybrid.ts",
  "src/os/linux/contain/oom-event.ts",
]);

/** Finds files beside itself, and no wrapper uses it where it can help it: in neither. */
const FROM_SOURCE = "src/os/portable/backend.ts";

const fileOf = ({ path, importer }: Bun.OnResolveArgs): string =>
  relative(ROOT, resolve(dirname(importer), path));

export const fromSource: Bun.BunPlugin = {
  name: "from source",
  setup(build) {
    build.onResolve({ filter: /\/backend\.ts$/ }, (args) =>
      fileOf(args) === FROM_SOURCE ? { path: `../${FROM_SOURCE}`, external: true } : undefined,
    );
  },
};

const requireText = (path: string): string => `require(${JSON.stringify(path)})`;

/** In their place stand their namesakes in the second file; `modules` gets their names. */
export const postpone = (modules: Set<string>): Bun.BunPlugin => ({
  name: "postpone",
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, (args) => {
      const file = fileOf(args);
      if (args.kind !== "dynamic-import" || AT_ONCE.has(file)) return undefined;
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
