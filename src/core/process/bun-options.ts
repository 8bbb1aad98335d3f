/**
 * Bun's own options, as `bun --help` (1.4.5) shows them: one table for all who read a command line of Bun's. Tests compare
 * it with the help, and each option's value with what Bun does.
 */

export const wordSet = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** They take the next argument when they have no `=value`. */
const WITH_VALUE = wordSet(`
  --conditions --console-depth --cpu-prof-dir --cpu-prof-interval --cpu-prof-name --cron-period --cron-title --cwd
  --define --disable-warning --dns-result-order --drop --elide-lines --env-file --extension-order --feature
  --fetch-preconnect --filter --heap-prof-dir --heap-prof-interval --heap-prof-name --import --install --jsx-factory
  --jsx-fragment --jsx-import-source --jsx-runtime --loader --main-fields --max-http-header-size --port --preload
  --redirect-warnings --require --shell --title --tsconfig-override --unhandled-rejections --user-agent
  --watch-kill-signal -r -F -d -l`);

/** They run the code that follows them; what stands behind is the code's own. */
export const EVALUATES = wordSet("-e --eval -p --print");

/** Work on packages, ours or the registry's; `bun --help`, the second and third group, with their short names. */
export const PACKAGE_COMMANDS = wordSet(`
  install i ci add a remove rm uninstall update up upgrade audit dedupe prune outdated link unlink publish patch
  patch-commit pm pack info why init create c`);

/** Alone, or with a value behind "=". The help shows a value for --inspect and -c: they do not take the next argument. */
const ALONE = wordSet(`
  --silent -v --revision -b --bun --no-orphans --workspaces --parallel --sequential --no-exit-on-error --watch --hot
  --no-clear-screen --check --smol --interactive -i --inspect --inspect-wait --inspect-brk --cpu-prof --cpu-prof-md
  --heap-prof --heap-prof-md --if-present --no-install --prefer-offline --prefer-latest --experimental-http2-fetch
  --experimental-http3-fetch --insecure-http-parser --experimental-stream-iter --expose-gc --no-deprecation
  --throw-deprecation --no-warnings --trace-warnings --trace-deprecation --pending-deprecation --zero-fill-buffers
  --use-system-ca --use-openssl-ca --use-bundled-ca --tls-min-v1.0 --tls-min-v1.1 --tls-min-v1.2 --tls-min-v1.3
  --tls-max-v1.2 --tls-max-v1.3 --redis-preconnect --sql-preconnect --no-addons --no-ffi-cc --preserve-symlinks
  --preserve-symlinks-main --no-macros --jsx-side-effects --ignore-dce-annotations --no-env-file -c --config -h --help
  --version`);

/** `bunx --help`: its own, and -p means another thing there. */
const BUNX_WITH_VALUE = wordSet(
  "-p --package --cwd --env-file --minimum-release-age --registry --ca --cafile",
);

export const BUN_OPTIONS: readonly string[] = [...WITH_VALUE, ...EVALUATES, ...ALONE];

export interface Options {
  /** The first argument that is no option, and what follows it. */
  readonly rest: readonly string[];
  readonly names: ReadonlySet<string>;
}

/** Bun's options: those before the first argument that is none. After code to evaluate there is no such argument. */
export const readOptions = (args: readonly string[]): Options => readAs(args, WITH_VALUE, EVALUATES);

export const readBunxOptions = (args: readonly string[]): Options => readAs(args, BUNX_WITH_VALUE, NONE);

const NONE: ReadonlySet<string> = new Set();

function readAs(
  args: readonly string[],
  withValue: ReadonlySet<string>,
  evaluates: ReadonlySet<string>,
): Options {
  const names = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? "";
    if (argument === "--") return { rest: args.slice(at + 1), names };
    if (argument === "-" || !argument.startsWith("-")) return { rest: args.slice(at), names };
    const name = argument.split("=", 1)[0] ?? "";
    names.add(name);
    if (evaluates.has(name)) return { rest: [], names };
    if (name === argument && withValue.has(name)) at++;
  }
  return { rest: [], names };
}

/** What a program was called as, by its argv0: "-bun" is a login shell's way to call; the ending is npm's (and Windows'). */
export const calledAs = (argv0: string): string =>
  argv0
    .slice(argv0.lastIndexOf("/") + 1)
    .replace(/^-/, "")
    .replace(/\.exe$/, "");
