/** Tells whether a config file is meant. It is read elsewhere: most commands have no use for one. */
import { existsSync } from "node:fs";
import { appFileFor, isAppFileName, type SearchPlace } from "../../config/apps/find.ts";
import { workingDirectory } from "../../text/errors.ts";
import { ownUid } from "../../trust/open.ts";
import { homeOf } from "../../trust/state.ts";

export const STDIN = "-";

export interface DeclaringFlags extends Readonly<Record<string, unknown>> {
  /** A config file. */
  readonly config?: string;
  /** `--env production`: what `env_production` adds. */
  readonly env?: string;
  readonly only?: readonly string[];
}

export const searchedFrom = (): Omit<SearchPlace, "file"> => ({
  cwd: workingDirectory(),
  home: homeOf(ownUid(), process.env),
  uid: ownUid(),
});

/** A config file, or `-`: standard input. */
export const namesAppFile = (word: string): boolean =>
  word === STDIN || (isAppFileName(word) && existsSync(word));

/** Tells whether a config file can be found from here. */
export const hasAppFile = ({ config }: DeclaringFlags): boolean =>
  appFileFor({ ...searchedFrom(), file: config ?? null }) !== null;
