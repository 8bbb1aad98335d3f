/** Makes one file, or several that are loaded when they are needed, of one program's sources. */
import { dirname, relative, resolve } from "node:path";
import { packageFile } from "../src/trust/package-file.ts";
import { PROGRAMS, type Program } from "./programs.ts";
import { buildWithBun } from "./with-bun.ts";

const ROOT = packageFile("");

/** Below the package's root; files of packages are left out. */
const inputsOf = ({ metafile }: Bun.BuildOutput): readonly string[] => {
  const inputs = Object.keys(metafile?.inputs ?? {}).map((path) => relative(ROOT, resolve(path)));
  if (inputs.length === 0) throw new Error("A build does not say what it was made from.");
  return [...inputs.filter((path) => path.startsWith("src/")), "package.json"];
};

type Entry = Pick<Bun.BuildConfig, "entrypoints"> & { readonly files?: Record<string, string> };

/** A file that is nowhere. */
const written = (text: string): Entry => {
  const path = packageFile("entry.js");
  return { entrypoints: [path], files: { [path]: text } };
};

/** What it was made of. CommonJS: Bun keeps bytecode beside no other format (1.4.5). */
async function bundle(name: string, from: Entry, plugin: Bun.BunPlugin): Promise<readonly string[]> {
  const built = await buildWithBun({
    ...from,
    plugins: [plugin],
    // else they would be those of the machine that built it; packages ask for their url, for what we do not use
    define: { "import.meta.dir": "module.path", "import.meta.url": '"file:///"' },
    naming: `${name}.js`,
    format: "cjs",
    bytecode: true,
  });
  return inputsOf(built);
}

const quoted = (text: string): string => JSON.stringify(text);

const entryOf = ({ entry, main }: Program): Entry =>
  main === undefined
    ? { entrypoints: [packageFile(entry)] }
    : written(`import { ${main} } from ${quoted(packageFile(entry))};
export { ${main}, ${main} as main };
if (import.meta.main) void ${main}(process.argv.slice(2)).then((code) => process.exit(code));`);

/** Each module is run when it is first asked for. */
const partOf = (modules: Iterable<string>): Entry => {
  const loaders = [...modules].map((file) => `${quoted(file)}: () => require(${quoted(packageFile(file))})`);
  return written(`export const modules = { ${loaders.join(", ")} };`);
};

/** What a program is made of: its sources, and other programs that it loads. */
export interface Made {
  readonly inputs: Set<string>;
  readonly programs: Set<string>;
}

export async function buildProgram(name: string, program: Program): Promise<Made> {
  const made: Made = { inputs: new Set(), programs: new Set() };
  const { parts = [] } = program;
  const waiting = new Map(parts.map((part) => [part, new Set<string>()]));
  const build = async (file: string, from: Entry): Promise<void> => {
    const inputs = await bundle(file, from, elsewhere(program, file, waiting, made.programs));
    for (const input of inputs) made.inputs.add(input);
  };
  await build(name, entryOf(program));
  for (const part of parts) {
    const modules = waiting.get(part) ?? [];
    // what asks for it from now on has come too late
    waiting.delete(part);
    await build(part, partOf(modules));
  }
  return made;
}

const BY_ENTRY = new Map(Object.entries(PROGRAMS).map(([name, { entry }]) => [entry, name]));

const isLazy = (kind: Bun.ImportKind): boolean => kind === "dynamic-import" || kind === "require-call";

/** In place of modules that are in another file stands what loads them from there. */
const elsewhere = (
  { entry, placeOf = () => null }: Program,
  here: string,
  waiting: ReadonlyMap<string, Set<string>>,
  programs: Set<string>,
): Bun.BunPlugin => ({
  name: "elsewhere",
  setup(build) {
    const loads = new Map<string, string>();
    build.onResolve({ filter: /\.ts$/ }, ({ path, importer, kind }) => {
      if (importer === "" || kind === "entry-point-build") return undefined;
      const file = relative(ROOT, resolve(dirname(importer), path));
      const other = BY_ENTRY.get(file);
      if (other !== undefined && file !== entry) {
        programs.add(other);
        loads.set(file, `require("./${other}.js")`);
        return { path: file, namespace: "elsewhere" };
      }
      const place = isLazy(kind) ? placeOf(file, kind, here) : null;
      if (place === null || place === here) return undefined;
      const modules = waiting.get(place);
      if (modules === undefined) return undefined;
      modules.add(file);
      loads.set(file, `require("./${place}.js").modules[${quoted(file)}]()`);
      return { path: file, namespace: "elsewhere" };
    });
    build.onResolve({ filter: /^\.\/[\w-]+\.js$/ }, ({ path, importer }) =>
      loads.has(importer) ? { path, external: true } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "elsewhere" }, ({ path }) => ({
      loader: "js",
      contents: `module.exports = ${loads.get(path) ?? ""};`,
    }));
  },
});
