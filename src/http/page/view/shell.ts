/** What stands around every view: where one can go, whether what is shown is true now, and what has just been done. */
import { h, setAttribute, setClass, setHidden, setText } from "../dom/element.ts";
import { freshness, isStale } from "../model/freshness.ts";
import type { LiveState } from "../model/state.ts";
import { openHelp } from "./help.ts";
import { SECTIONS, type Section } from "./routes.ts";
import { chooseTheme, chosenTheme, THEMES } from "./theme.ts";
import type { Context, View } from "./view.ts";

interface Shell {
  readonly elements: readonly HTMLElement[];
  readonly show: (view: View, section: Section) => void;
  readonly update: (state: LiveState) => void;
  readonly say: Context["say"];
}

const SAID_MS = 6_000;

export function createShell(): Shell {
  const links = SECTIONS.map(([name, title]) => h("a", { href: `#/${name}` }, title));
  const nav = h("nav", { "aria-label": "Views" }, ...links);
  const dot = h("span", { class: "dot", "aria-hidden": "true" });
  const standingWord = h("span", { class: "standing-word" });
  const banner = h("div", { class: "banner", role: "status", hidden: true });
  const said = h("div", { class: "said", role: "status", "aria-live": "polite", hidden: true });
  const main = h("main", { id: "main", tabindex: "-1" });
  const help = h(
    "button",
    { type: "button", class: "plain", "aria-label": "Keys and help", onclick: openHelp },
    "?",
  );
  const header = h(
    "header",
    { class: "top" },
    h("a", { href: "#/", class: "mark", "aria-label": "bun-watchdog, overview" }, "bun-watchdog"),
    nav,
    h("div", { class: "standing" }, dot, standingWord),
    themeButton(),
    help,
  );
  const skip = h(
    "a",
    {
      href: "#main",
      class: "skip",
      onclick: (event) => {
        event.preventDefault();
        main.focus();
      },
    },
    "Skip to the content",
  );
  window.addEventListener("keydown", pressed);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  return {
    elements: [skip, header, banner, main, said],
    show: (view, section) => {
      document.title = `${view.title} · bun-watchdog`;
      for (const [at, link] of links.entries())
        if (SECTIONS[at]?.[0] === section) {
          link.setAttribute("aria-current", "page");
          link.scrollIntoView({ block: "nearest", inline: "nearest" });
        } else link.removeAttribute("aria-current");
      main.replaceChildren(view.element);
      if (!isFirst) main.focus({ preventScroll: true });
      isFirst = false;
      scrollTo(0, 0);
    },
    update: (state) => {
      const { word, tone, banner: sentence } = freshness(state, Date.now());
      setText(standingWord, word);
      setClass(dot, `dot ${tone}`);
      setHidden(banner, sentence === null);
      setText(banner, sentence ?? "");
      setClass(banner, `banner ${tone}`);
      setAttribute(document.body, "data-stale", isStale(state, Date.now()) ? "true" : null);
    },
    say: (sentence, tone = "quiet") => {
      setText(said, sentence);
      setClass(said, `said ${tone}`);
      setHidden(said, false);
      clearTimeout(timer);
      timer = setTimeout(() => setHidden(said, true), SAID_MS);
    },
  };
}

const THEME_WORDS = {
  system: ["Auto", "colours as the system has them"],
  light: ["Light", "light colours"],
  dark: ["Dark", "dark colours"],
} as const;

function themeButton(): HTMLElement {
  const button = h("button", { type: "button", class: "plain theme" });
  const show = (): void => {
    const [word, meaning] = THEME_WORDS[chosenTheme()];
    setText(button, word);
    setAttribute(button, "aria-label", `${word}: ${meaning}. Press to change.`);
    setAttribute(button, "title", `Colours: ${meaning}`);
  };
  button.addEventListener("click", () => {
    chooseTheme(THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length] ?? "system");
    show();
  });
  show();
  return button;
}

/** Not while somebody types, and not with a modifier: those keys are the browser's. */
function pressed(event: KeyboardEvent): void {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null)
    return;
  if (
    target instanceof HTMLElement &&
    target.closest("input:not([type=checkbox]), textarea, select") !== null
  ) {
    if (key === "Escape") target.blur();
    return;
  }
  const section = SECTIONS[Number(key) - 1];
  if (section !== undefined) location.hash = `#/${section[0]}`;
  else if (key === "?") openHelp();
  else if (key === "/") document.querySelector<HTMLInputElement>("input.filter")?.focus();
  else return;
  event.preventDefault();
}
