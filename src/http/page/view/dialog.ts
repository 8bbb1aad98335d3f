/** A question above the page. The browser's own dialog keeps the focus inside, and Escape closes it. */
import { add, h, setText, type Child } from "../dom/element.ts";

type Button = readonly [title: string, act: () => void, kind?: "danger"];

export interface Dialog {
  readonly title: (text: string) => void;
  readonly show: (...children: readonly Child[]) => void;
  /** A sentence alone, for as long as something is on its way. */
  readonly say: (sentence: string) => void;
  /** The first one has the focus: what is dangerous takes a move. */
  readonly buttons: (...all: readonly Button[]) => void;
  readonly close: () => void;
}

export function openDialog(title: string): Dialog {
  const heading = h("h2", { id: "dialog-title", tabindex: "-1" }, title);
  const body = h("div", { class: "dialog-body", "aria-live": "polite" });
  const row = h("div", { class: "dialog-buttons" });
  const element = h("dialog", { "aria-labelledby": "dialog-title" }, heading, body, row);
  const before = document.activeElement;
  element.addEventListener("close", () => {
    element.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  document.body.append(element);
  element.showModal();
  const buttons = (...all: readonly Button[]): void => {
    row.replaceChildren(
      ...all.map(([text, act, kind]) =>
        h("button", { type: "button", class: kind ?? "", onclick: act }, text),
      ),
    );
    if (row.firstElementChild instanceof HTMLElement) row.firstElementChild.focus();
  };
  const close = (): void => element.close();
  const show = (...children: readonly Child[]): void => {
    body.replaceChildren();
    add(body, ...children);
  };
  buttons(["Cancel", close]);
  return {
    title: (text) => setText(heading, text),
    show,
    say: (sentence) => {
      show(h("p", { class: "hint" }, sentence));
      buttons(["Close", close]);
    },
    buttons,
    close,
  };
}
