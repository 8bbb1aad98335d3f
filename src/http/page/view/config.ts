/** What is in force, and where each value comes from. It is changed in the files, not here. */
import { h } from "../dom/element.ts";
import type { ConfigDocument, ConfigValue } from "../model/config.ts";
import { matches, originWords, valueWords } from "../model/config.ts";
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
  let values: readonly ConfigValue[] = [];
  const show = (): void => {
    const shown = values.filter(
      (each) => matches(each, filter.value) && (!set.checked || each.from.kind !== "default"),
    );
    table.replaceChildren(
      shown.length === 0
        ? h("p", { class: "hint" }, values.length === 0 ? "" : "No key is like that.")
        : plainTable(
            "Configuration in force",
            [{ title: "Key" }, { title: "Value" }, { title: "Comes from" }],
            shown.map(({ key, value, from }) => [
              h("span", { class: "mono" }, key),
              h("bdi", { class: "mono", dir: "ltr" }, wholeName(valueWords(value))),
              from.kind === "default"
                ? h("span", { class: "hint" }, originWords(from))
                : h("bdi", { dir: "ltr" }, wholeName(originWords(from))),
            ]),
            "stacks",
          ),
    );
  };
  const loaded = asked(
    () => server.get<ConfigDocument>("/api/config"),
    (document) => {
      values = document.values;
      show();
      return h(
        "p",
        { class: "hint" },
        document.files.length === 0
          ? "No configuration file was found, so nothing is stopped. These are the defaults."
          : `In force for ${inRow(document.project)}, read from ${document.files.map((each) => inRow(each)).join(", ")}.`,
      );
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
