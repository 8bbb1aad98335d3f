/**
 * `npm run build`: the wrapper as files with their bytecode; entry.ts says why. One has what every launch takes; one, what
 * is loaded when it is needed (a kill, a refusal, a report) and would be a third of the memory of a wrapper that only
 * waits; one, what a command that is new here is judged by; one is the program that counts jobs outside the gate.
 */
import { relative, resolve, dirname } from "node:path";
import { COUNTER, DIST, LATER, PLAN, SOURCES, START } from "./sources.ts";

export async function buildWrapper(): Promise<void> {
  const modules = new Set<string>();
  const first = await bundle(START, {
    entrypoints: [`${import.meta.dir}/built.ts`],
    plugins: [fromSource, postpone(modules, whereOf)],
  });
  const second = await collection(
    LATER,
    [...modules].filter((file) => fileWith(file) === LATER),
  );
  const third = await collection(PLAN, [JUDGING]);
  const counter = await bundle(COUNTER, {
    entrypoints: [`${import.meta.dir}/bun-watchdog-counter.ts`],
    plugins: [fromSource],
  });
  const inputs = [...new Set([...first, ...second, ...third, ...counter])];
  await listSources(SOURCES, inputs);
}

/** Below the package's root; files of packages are left out. */
export const listSources = (list: string, inputs: readonly string[]): Promise<number> =>
  Bun.write(
    `${ROOT}/${list}`,
    JSON.stringify([...inputs.filter((path) => path.startsWith("src/")), "package.json"]),
  );

/** What it was made of. CommonJS: Bun keeps bytecode beside no other format (1.4.5). Packages stay where they are. */
export async function bundle(
  name: string,
  from: Pick<Bun.BuildConfig, "entrypoints" | "files" | "plugins" | "packages" | "external">,
) {
  const { metafile } = await Bun.build({
    packages: "external",
    // else it would be the folder of the machine that built it
    define: { "import.meta.dir": "module.path" },
    ...from,
    outdir: `${ROOT}/${DIST}`,
    naming: name,
    target: "bun",
    format: "cjs",
    minify: true,
    bytecode: true,
    metafile: true,
  });
  const inputs = Object.keys(metafile?.inputs ?? {}).map((path) => relative(ROOT, resolve(path)));
  if (inputs.length === 0) throw new Error(`The build of ${name} does not say what it was made from.`);
  return inputs;
}

const ROOT = resolve(import.meta.dir, "../../..");

/** Imported lazily from the sources' point of view, and needed by nearly every launch. */
const AT_ONCE: ReadonlySet<string> = new Set([
  "src/os/linux/contain/cgroup2.ts",
  "src/os/linux/contain/hybrid.ts",
  "src/os/linux/contain/oom-event.ts",
]);

/** Most launches that load more than the first file load only this: in a file of its own. */
const JUDGING = "src/core/slots/launch-limits.ts";

const fileWith = (file: string): string => (file === JUDGING ? PLAN : LATER);

const whereOf = (file: string, kind: Bun.ImportKind): string | null =>
  kind !== "dynamic-import" || AT_ONCE.has(file) ? null : fileWith(file);

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

/** Where a module is that another file has: there. */
const ofLater = (file: string, place: string): string =>
  `${requireText(`./${place}`)}.modules[${JSON.stringify(file)}]()`;

/** A file of modules says by this name whether it is current. */
const CURRENT = "areCurrent";

/** The same as long as that file is current; else its source. */
export const ofLaterOrSource = (file: string, place: string): string =>
  `${requireText(`./${place}`)}.${CURRENT} ? ${ofLater(file, place)} : ${requireText(`../${file}`)}`;

/**
 * In place of modules that are imported lazily stand their namesakes in another file, whose name `where` says; null: they
 * are in this one. `modules` gets their names.
 */
export const postpone = (
  modules: Set<string>,
  where: (file: string, kind: Bun.ImportKind) => string | null,
  found = ofLater,
): Bun.BunPlugin => ({
  name: "postpone",
  setup(build) {
    const places = new Map<string, string>();
    build.onResolve({ filter: /\.ts$/ }, (args) => {
      // the source, in place of a file that is no longer current
      if (places.has(args.importer)) return { path: args.path, external: true };
      const file = fileOf(args);
      const place = where(file, args.kind);
      if (place === null) return undefined;
      modules.add(file);
      places.set(file, place);
      return { path: file, namespace: "later" };
    });
    build.onResolve({ filter: /^\.\/[\w-]+\.js$/ }, ({ path, importer }) =>
      places.has(importer) ? { path, external: true } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "later" }, ({ path }) => ({
      loader: "js",
      contents: `module.exports = ${found(path, places.get(path) ?? "")};`,
    }));
  },
});

/** A file of them: each module is run when it is first asked for. With a list of its sources it says whether it is current. */
export function collection(
  name: string,
  modules: readonly string[],
  list: string | null = null,
  more: Pick<Bun.BuildConfig, "packages" | "external" | "plugins"> = {},
) {
  const loaders = modules.map((file) => `${JSON.stringify(file)}: () => ${requireText(`${ROOT}/${file}`)}`);
  const entry = `${ROOT}/${name}`;
  const current =
    list === null
      ? ""
      : `import { isCurrent } from "${import.meta.dir}/sources.ts";
export const ${CURRENT} = isCurrent(import.meta.dir + "/..", "${list}");\n`;
  const files = { [entry]: `${current}export const modules = { ${loaders.join(", ")} };` };
  return bundle(name, { entrypoints: [entry], files, plugins: [fromSource], ...more });
}

if (import.meta.main) await buildWrapper();
