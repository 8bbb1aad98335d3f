/**
 * Findings are made while app files are read. Errors leave nothing to start; warnings are told and change
 * nothing.
 */
import { problemAt, type ValuePlace } from "../schema/place.ts";
import { printableValue } from "../schema/printable.ts";
import type { Problem } from "../schema/problem.ts";
import type { Path } from "../syntax/document.ts";

type Details = Pick<Problem, "code" | "message"> &
  Partial<Pick<Problem, "allowed" | "nearest">> & { readonly value?: unknown };

export interface AppPlace extends ValuePlace {
  /**
   * The file is ours: a key that nobody knows is an error. In a file of PM2's it is a warning, since PM2
   * takes any.
   */
  readonly strict: boolean;
}

/** A person reads no more than so many. */
const MOST = 200;

export class Findings {
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];

  get isEmpty(): boolean {
    return this.errors.length + this.warnings.length === 0;
  }

  error(place: AppPlace, path: Path, details: Details): void {
    if (this.errors.length < MOST) this.errors.push(problemOf(place, path, details));
  }

  /** Warns. The same about another app is not said again. */
  warn(place: AppPlace, path: Path, details: Details): void {
    const problem = problemOf(place, path, details);
    const isSaid = this.warnings.some(
      ({ message, allowed, key }) =>
        message === problem.message && allowed === problem.allowed && lastOf(key) === lastOf(problem.key),
    );
    if (!isSaid && this.warnings.length < MOST) this.warnings.push(problem);
  }
}

const lastOf = (key: string): string => key.slice(key.lastIndexOf(".") + 1);

const problemOf = (place: AppPlace, path: Path, { value, ...details }: Details): Problem =>
  problemAt(details.code, path, place, {
    ...details,
    value: value === undefined ? null : printableValue(value),
  });
