/** Names of what belongs to one instance. */
import { parse } from "node:path";
import type { AppIdentity, AppSpec, LogPolicy } from "../core/app/app-spec.ts";

/** Unique for the account, and fit for a file name: of one app in one directory, whatever it is called. */
export function instanceKey({ directory, name }: AppIdentity, number: number): string {
  const hash = Bun.hash(`${directory}\0${name}`).toString(36);
  return `${hash}-${name.replaceAll(/[^\w.-]/gu, "_").slice(0, 64)}-${number}`;
}

export const pidFileOf = ({ pidFile, instances }: AppSpec, number: number): string | null =>
  pidFile === null || instances === 1 ? pidFile : numbered(pidFile, number);

/** `app.log` → `app-2.log` */
export const numbered = (path: string, number: number): string => {
  const { dir, name, ext } = parse(path);
  return `${dir}/${name}-${number}${ext}`;
};

/** As the instance writes it: `-<number>` before the ending, unless all share it. */
export const logFileOf = (path: string | null, { merge }: LogPolicy, number: number): string | null =>
  path === null || merge ? path : numbered(path, number);
