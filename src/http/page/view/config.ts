/** What is in force, and where each value comes from. It is changed in the files, not here. */
import { h, type Child } from "../dom/element.ts";
import { isSet, matches, ownFirst, valueWords, type ConfigDocument } from "../model/config.ts";
import { originWords } from "../../../config/origin-words.ts";
import type { ShownValue } from "../../../config/shown.ts";
import { inRow, wholeName } from "../model/words.ts";
import { asked, copyable, plainTable, section } from "./parts.ts";
import type { MakeView } from "./view.ts";

export const configView: MakeView = ({ server }) => {
  const filter = h("input", {
    type: "search",
    class: "filter",
    placeholder: "Filter   /",
    "aria-label": "Filter keys and values",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => show(),
  });
  const table = h("div", {});
  const set = h("input", { type: "checkbox", id: "only-set", onchange: () => show() });
  let values: readonly ShownValue[] = [];
  const show = (): void => {
    const shown = values.filter((each) => matches(each, filter.value) && (!set.checked || isSet(each)));
    table.replaceChildren(
      shown.length === 0
        ? h("p", { class: "hint" }, values.length === 0 ? "" : "No key is like that.")
        : plainTable(
            "Configuration in force",
            [{ title: "Key" }, { title: "Value" }, { title: "Comes from" }],
            shown.map(cells),
            "stacks",
          ),
    );
  };
  const loaded = asked(
    () => server.get<ConfigDocument>("/api/config"),
    (document) => {
      values = ownFirst(document.values);
      show();
      return about(document);
    },
  );
  return {
    title: "Config",
    element: h(
      "div",
      { class: "view" },
      h("h1", {}, "Configuration"),
      loaded.element,
      section(
        "Values in force",
        h(
          "div",
          { class: "bar" },
          filter,
          h("label", { class: "check", for: "only-set" }, set, "Only what is set"),
        ),
        table,
      ),
      section(
        "To change it",
        h(
          "p",
          { class: "hint" },
          "This page changes no file. Edit the file, and a monitor that runs takes it up by itself. Check it first:",
        ),
        copyable("bun-watchdog config validate"),
      ),
    ),
    update: () => {},
  };
};

function cells(shown: ShownValue): readonly Child[] {
  const from = wholeName(originWords(shown.origin));
  return [
    h("span", { class: "mono key" }, shown.key),
    h("bdi", { class: "mono", dir: "ltr" }, wholeName(valueWords(shown.value))),
    isSet(shown) ? h("bdi", { dir: "ltr" }, from) : h("span", { class: "hint" }, from),
  ];
}

function about({ project, files, problem, warnings, rule }: ConfigDocument): HTMLElement {
  const read =
    files.length === 0
      ? "No configuration file was found, so nothing is stopped. These are the defaults."
      : `In force for ${inRow(project)}, read from ${files.map((each) => inRow(each)).join(", ")}.`;
  return h(
    "div",
    { class: "notes" },
    problem !== null && h("p", { class: "problem", role: "alert" }, wholeName(problem)),
    ...warnings.map((each) => h("p", { class: "problem" }, wholeName(each))),
    h("p", { class: "why" }, read),
    ...rule.map((each) => h("p", { class: "why" }, wholeName(each))),
  );
}
