/**
 * The files of the page, as `npm run build` leaves them in `dist/page`: `index.html`, and files with a hash in their
 * names, each with a `.gz` beside it. What is not in the folder at the start is not there: no request names a path.
 */
import { readdirSync } from "node:fs";
import { packageFile } from "../trust/package-file.ts";
import { orElse } from "../text/system-error.ts";

const FOLDER = "dist/page";
const HASHED = /-[0-9a-z]{6,}\.\w+$/;
const FOR_EVER = "public, max-age=31536000, immutable";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  ico: "image/x-icon",
  woff2: "font/woff2",
  json: "application/json",
};

type PageFiles = (path: string, acceptEncoding: string | null) => Response | null;

export function openPageFiles(folder = packageFile(FOLDER)): PageFiles {
  const names = new Set(orElse([], () => readdirSync(folder), "ENOENT"));
  const isFile = (name: string): boolean => names.has(name) && TYPES[endingOf(name)] !== undefined;
  return (path, acceptEncoding) => {
    const name = path === "/" ? "index.html" : path.slice(1);
    if (!isFile(name)) return path === "/" ? notBuilt() : null;
    const isPacked = names.has(`${name}.gz`) && /\bgzip\b/.test(acceptEncoding ?? "");
    return new Response(Bun.file(`${folder}/${name}${isPacked ? ".gz" : ""}`), {
      headers: {
        "content-type": TYPES[endingOf(name)] ?? "application/octet-stream",
        "cache-control": HASHED.test(name) ? FOR_EVER : "no-cache",
        vary: "accept-encoding",
        ...(isPacked && { "content-encoding": "gzip" }),
      },
    });
  };
}

const endingOf = (name: string): string => name.split(".").at(-1) ?? "";

const notBuilt = (): Response =>
  new Response("The page is not built. Build it in the folder of bun-watchdog: npm run build\n", {
    status: 503,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
