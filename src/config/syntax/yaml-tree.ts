/** A YAML text as nodes with their places. js-yaml does the reading (cosmiconfig brings it); it is loaded for YAML alone. */
import {
  COLLECTION_STYLE_FLOW,
  constructFromEvents,
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_SINGLE_QUOTED,
  type ScalarEvent,
  YAMLException,
} from "js-yaml";

/** Offsets into the text. */
interface Place {
  readonly start: number;
  readonly end: number;
}

export type YamlNode = Place &
  (
    | { readonly kind: "scalar"; readonly value: unknown; readonly written: string }
    | { readonly kind: "sequence"; readonly isFlow: boolean; readonly items: readonly YamlNode[] }
    | { readonly kind: "map"; readonly isFlow: boolean; readonly entries: readonly YamlEntry[] }
    | { readonly kind: "alias" }
  );

export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** `offset` is where it went wrong; a text that was too deep has its own word for it. */
export class YamlFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
    readonly isTooDeep = false,
  ) {
    super(message);
  }
}

/**
 * The one document of a text, null where there is none.
 * @throws YamlFault where the text is not YAML, has several documents, a tag that is none of YAML's own, or more than
 *   `mostLevels` levels.
 */
export function yamlTree(text: string, mostLevels: number): YamlNode | null {
  try {
    const events = parseEvents(text, { maxDepth: mostLevels });
    return events.length === 0 ? null : new Tree(text, events).root();
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const isTooDeep = error.reason.includes("maxDepth");
    throw new YamlFault(error.reason, error.mark?.position ?? 0, isTooDeep);
  }
}

/** Events come in the order of the text: a collection, what is in it, and its end. */
class Tree {
  readonly #text: string;
  readonly #events: readonly Event[];
  /** The first one begins the document. */
  #next = 1;
  /** Up to where the text is read: something without a text stands there. */
  #read = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  root(): YamlNode {
    const root = this.#node();
    if (this.#events.filter(({ type }) => type === EVENT_DOCUMENT).length > 1)
      throw new YamlFault("holds more than one document", this.#text.indexOf("\n---", this.#read) + 1);
    return root;
  }

  #node(): YamlNode {
    const event = this.#events[this.#next++];
    if (event?.type === EVENT_SCALAR) return this.#scalar(event);
    if (event?.type === EVENT_ALIAS)
      return { kind: "alias", ...this.#place(event.anchorStart - 1, event.anchorEnd) };
    if (event?.type !== EVENT_SEQUENCE && event?.type !== EVENT_MAPPING)
      throw new YamlFault("ends too early", this.#text.length);
    if (event.tagStart >= 0) throw new YamlFault("has a tag (!name)", event.tagStart);
    const place = this.#place(event.start, event.start + 1);
    const isFlow = event.style === COLLECTION_STYLE_FLOW;
    if (event.type === EVENT_SEQUENCE)
      return { kind: "sequence", isFlow, ...place, items: this.#upToEnd(() => this.#node()) };
    const entries = this.#upToEnd(() => ({ key: this.#node(), value: this.#node() }));
    return { kind: "map", isFlow, ...place, entries };
  }

  #upToEnd<T>(each: () => T): readonly T[] {
    const all: T[] = [];
    while (this.#next < this.#events.length && this.#events[this.#next]?.type !== EVENT_POP) all.push(each());
    this.#next++;
    return all;
  }

  #scalar(event: ScalarEvent): YamlNode {
    const document = { type: EVENT_DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] };
    const events: Event[] = [document, event, { type: EVENT_POP }];
    const [value] = constructFromEvents(events, { source: this.#text });
    const isEmpty = event.valueStart < 0;
    // `key:` without a value: what is missing would stand behind the colon
    const quote =
      event.style === SCALAR_STYLE_SINGLE_QUOTED || event.style === SCALAR_STYLE_DOUBLE_QUOTED ? 1 : 0;
    const start = isEmpty ? this.#text.indexOf(":", this.#read) + 1 : event.valueStart - quote;
    const place = this.#place(start, isEmpty ? start + 1 : event.valueEnd + quote);
    return { kind: "scalar", value, written: isEmpty ? "" : getScalarValue(this.#text, event), ...place };
  }

  #place(start: number, end: number): Place {
    this.#read = end;
    return { start, end };
  }
}
