/** Small pieces that several views are made of. */
import { add, h, setClass, setText, type Child } from "../dom/element.ts";
import type { Tone } from "../model/verdict.ts";
import { inRow, shortCommandOf, wholeName } from "../model/words.ts";
import { messageOf } from "../../../text/system-error.ts";

export const section = (title: string, ...children: readonly Child[]): HTMLElement =>
  h("section", { class: "section" }, h("h2", {}, title), ...children);

/** A word in the colour of what it means; the word says it too. */
export function badge(): { readonly element: HTMLElement; readonly set: (word: string, tone: Tone) => void } {
  const element = h("span", { class: "badge quiet" });
  return {
    element,
    set: (word, tone) => {
      setText(element, word);
      setClass(element, `badge ${tone}`);
    },
  };
}

export function toned(word: string, tone: Tone): HTMLElement {
  return h("span", { class: `badge ${tone}` }, word);
}

/** A command line as one line. It is isolated: letters that run from right to left turn nothing around beside them. */
export const commandIn = (command: string, cwd: string | null): HTMLElement =>
  h("bdi", { class: "command", dir: "ltr", title: wholeName(command) }, inRow(shortCommandOf(command, cwd)));

export const processLink = (id: string, ...children: readonly Child[]): HTMLAnchorElement =>
  h("a", { href: `#/process/${id}`, class: "quiet-link" }, ...children);

/** What there is to say where nothing is to be seen: what that means, and what to do next. */
export function empty(sentence: string, next: string | null, ...commands: readonly string[]): HTMLElement {
  const element = h("div", { class: "empty" }, h("p", { class: "empty-what" }, sentence));
  if (next !== null) add(element, h("p", {}, next));
  for (const command of commands) add(element, copyable(command));
  return element;
}

export const noProcess = (): HTMLElement =>
  empty(
    "No Bun process runs in view of the watchdog.",
    "Start one, and it stands here within a second:",
    "bun run dev",
  );

/** Something to be pasted elsewhere, and a button that copies it. */
export function copyable(text: string): HTMLElement {
  const button = h(
    "button",
    {
      type: "button",
      class: "small",
      "aria-label": `Copy ${text.length > 60 ? "this text" : text}`,
      onclick: () => {
        void navigator.clipboard.writeText(text).then(
          () => setText(button, "Copied"),
          () => setText(button, "Not allowed"),
        );
        setTimeout(() => setText(button, "Copy"), 2_000);
      },
    },
    "Copy",
  );
  return h("div", { class: "copyable" }, h("pre", { tabindex: "0" }, text), button);
}

/** What stands in the columns of a list, for who sees them: each entry says it by itself too. */
export const columnHeads = (list: string, ...titles: readonly string[]): HTMLElement =>
  h(
    "div",
    { class: `heads-of ${list}`, "aria-hidden": "true" },
    ...titles.map((title) => h("span", {}, title)),
  );

/** A number that says what it is to whoever does not see the heading above it. */
export function labelled(label: string): {
  readonly element: HTMLElement;
  readonly set: (text: string) => void;
} {
  const value = h("span", {});
  return {
    element: h("span", { class: "number" }, h("span", { class: "unseen" }, `${label} `), value),
    set: (text) => setText(value, text),
  };
}

/** A name and its value, in columns. */
export const facts = (entries: readonly (readonly [name: string, value: Child])[]): HTMLElement =>
  h(
    "dl",
    { class: "facts" },
    ...entries.flatMap(([name, value]) => (value === null ? [] : [h("dt", {}, name), h("dd", {}, value)])),
  );

export interface Heading {
  readonly title: string;
  readonly number?: boolean;
  /** Not shown on a narrow screen. */
  readonly wide?: boolean;
}

/** A table that is made once, out of what was asked for. */
export function plainTable(
  caption: string,
  headings: readonly Heading[],
  rows: readonly (readonly Child[])[],
  narrow: "scrolls" | "stacks" = "scrolls",
): HTMLElement {
  const classOf = ({ number, wide }: Heading): string =>
    `${number === true ? "number" : ""} ${wide === true ? "wide" : ""}`.trim();
  const cell = (child: Child, at: number): HTMLElement => {
    const heading = headings[at];
    return h(
      "td",
      { class: heading === undefined ? "" : classOf(heading), "data-title": heading?.title ?? "" },
      child,
    );
  };
  return h(
    "div",
    { class: `table-box ${narrow}`, tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", { class: "unseen" }, caption),
      h(
        "thead",
        {},
        h("tr", {}, ...headings.map((each) => h("th", { scope: "col", class: classOf(each) }, each.title))),
      ),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell)))),
    ),
  );
}

/** A group of buttons of which one is pressed. */
export function choice<Value extends string>(
  label: string,
  values: readonly (readonly [value: Value, title: string])[],
  chosen: Value,
  onChoice: (value: Value) => void,
): HTMLElement {
  const buttons = values.map(([value, title]) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(value === chosen),
        onclick: () => {
          for (const [at, [each]] of values.entries())
            buttons[at]?.setAttribute("aria-pressed", String(each === value));
          onChoice(value);
        },
      },
      title,
    ),
  );
  return h("div", { class: "choice", role: "group", "aria-label": label }, ...buttons);
}

/** Why something did not come; it is read aloud. */
export const problem = (error: unknown): HTMLElement =>
  h("p", { class: "problem", role: "alert" }, messageOf(error));

/** What is asked for once; while it is on its way, and when it does not come, that is said. */
export function asked<Answer>(
  question: () => Promise<Answer>,
  show: (answer: Answer) => Child,
): { readonly element: HTMLElement; readonly again: () => Promise<void> } {
  const element = h("div", { "aria-busy": "true" }, h("p", { class: "hint" }, "Loading …"));
  const again = async (): Promise<void> => {
    try {
      const answer = await question();
      element.replaceChildren();
      add(element, show(answer));
    } catch (error) {
      element.replaceChildren(problem(error));
    } finally {
      element.setAttribute("aria-busy", "false");
    }
  };
  void again();
  return { element, again };
}
