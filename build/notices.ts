/** The licences of the packages whose code is in what is built: each asks for its text to go along. */
import { readdirSync, readFileSync } from "node:fs";
import { packageFile } from "../src/trust/package-file.ts";

const names = new Set<string>();

/** Notes the packages of a build. */
export function noteInputs({ metafile }: Bun.BuildOutput): void {
  for (const path of Object.keys(metafile?.inputs ?? {})) {
    const [, name] = /^.*node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//u.exec(path) ?? [];
    if (name !== undefined) names.add(name);
  }
}

/** @throws where a package comes without a licence: it may not be passed on then */
export const writeNotices = (): Promise<number> =>
  Bun.write(packageFile("dist/LICENSES.txt"), [...names].toSorted().map(noticeOf).join("\n"));

function noticeOf(name: string): string {
  const folder = packageFile(`node_modules/${name}`);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/iu.test(each));
  if (file === undefined) throw new Error(`${name} has no licence in ${folder}: it cannot be built in.`);
  return `==== ${name}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
}
