/** Command lines as people know them: `bun dev.ts`, not the absolute path of everything. */

/** Our own programs, which are started with flags that keep a folder's code out of them (trust/own-bun.ts). */
const OWN =
  /^\S*\bbun(?:\.exe)? (?:--?\S+ )*?\S*\/(fix-runaway-bun|bunctl(?:-daemon)?|benchmark-runner|bun-(?:monitor-service|isolate|wrapper|watchdog(?:-[\w-]+)?))(?:\.[jt]s)?(?=\s|$)/u;
/** What a person calls them. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  "fix-runaway-bun": "bun-watchdog",
  "bun-monitor-service": "bun-watchdog monitor",
  "bunctl-daemon": "bunctl",
};

/** `/usr/lib/node_modules/bun/bin/bun.exe x.ts` → `bun x.ts`: the npm package calls its ELF bun.exe everywhere. */
export const plainCommand = (command: string): string =>
  command
    .replace(OWN, (_, name: string) => OWN_NAMES[name] ?? name)
    .replace(/^\/\S*\/(?=[^/\s]+)/u, "")
    .replace(/^(bunx?)\.exe(?=\s|$)/u, "$1");

/** With `instead` for `directory/` everywhere; not for the root. */
export const pathsBelow = (text: string, directory: string, instead = ""): string =>
  directory.length > 1 ? text.replaceAll(`${directory}/`, instead) : text;
