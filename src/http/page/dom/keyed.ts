/** A list whose entries keep their elements for as long as they keep their keys. */
import { forget, soon } from "./frames.ts";

export interface RowPart<Value> {
  readonly element: HTMLElement;
  readonly update: (value: Value) => void;
  /** Before its element goes. */
  readonly leave?: () => void;
}

/** Returns a function that brings the children of `parent` in line with `values`; only what is new, gone or moved is touched. */
export function keyed<Value>(
  parent: HTMLElement,
  keyOf: (value: Value) => string,
  make: (value: Value) => RowPart<Value>,
): (values: readonly Value[]) => void {
  let parts = new Map<string, RowPart<Value>>();
  return (values) => {
    const next = new Map<string, RowPart<Value>>();
    let place = parent.firstElementChild;
    for (const value of values) {
      let key = keyOf(value);
      // workers of one program are told apart by their places alone
      while (next.has(key)) key += "+";
      const part = parts.get(key) ?? make(value);
      if (parts.has(key)) soon(part, () => part.update(value));
      else part.update(value);
      next.set(key, part);
      if (part.element === place) place = place.nextElementSibling;
      else parent.insertBefore(part.element, place);
    }
    for (const [key, part] of parts) {
      if (next.has(key)) continue;
      forget(part);
      part.leave?.();
      part.element.remove();
    }
    parts = next;
  };
}
