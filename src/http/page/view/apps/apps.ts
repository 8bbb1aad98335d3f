/** The apps of bunctl: how they stand, what can be done with them, and what they write. */
import { h, setHidden, setText } from "../../dom/element.ts";
import { keyed } from "../../dom/keyed.ts";
import type { AppDocument, AppsDocument } from "../../../../wire/manager.ts";
import { keyOfApp } from "../../model/apps.ts";
import { several } from "../../model/words.ts";
import { columnHeads, empty, section } from "../parts.ts";
import type { MakeView } from "../view.ts";
import { appPart } from "./app.ts";

export const appsView: MakeView = (context) => {
  const list = h("ul", { class: "apps" });
  const show = keyed<AppDocument>(list, keyOfApp, () => appPart(context));
  const heads = columnHeads("app", "", "State", "CPU", "Memory", "Running for", "");
  const none = h("div", {});
  const manager = h("p", { class: "hint" });
  let shown: AppsDocument | null = null;
  return {
    title: "Apps",
    element: h(
      "div",
      { class: "view" },
      h("h1", {}, "Apps"),
      section("Managed by bunctl", manager, heads, list, none),
    ),
    update: ({ apps }) => {
      if (apps === null || apps === shown) return;
      shown = apps;
      show(apps.apps);
      setText(
        manager,
        apps.manager === null
          ? ""
          : `${several(apps.apps.length, "app")}; the manager has pid ${apps.manager.pid} and version ${apps.manager.version}`,
      );
      setHidden(heads, apps.apps.length === 0);
      setHidden(none, apps.apps.length > 0);
      if (apps.apps.length === 0) none.replaceChildren(noApps(apps));
    },
    leave: () => show([]),
  };
};

const noApps = ({ manager, failures }: AppsDocument): HTMLElement =>
  failures.length > 0
    ? empty("The manager does not say how its apps are.", failures.join(" "), "bunctl doctor")
    : manager === null
      ? empty(
          "No manager runs, so there are no apps.",
          "Start a program as an app, and it is kept running, limited, logged, and shown here:",
          "bunctl start server.ts --name api",
        )
      : empty("The manager has no apps.", "Start one:", "bunctl start server.ts --name api");
