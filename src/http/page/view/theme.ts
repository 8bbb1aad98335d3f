/** Light or dark: as the system has it, or as somebody has chosen here. */
import { storeBy, storedBy } from "../dom/kept.ts";
import { forgetColours } from "./chart/colours.ts";

export const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const KEY = "bun-watchdog-theme";

export const chosenTheme = (): Theme => THEMES.find((each) => each === storedBy("browser", KEY)) ?? "system";

let onChange: () => void = () => {};

export function chooseTheme(theme: Theme): void {
  storeBy("browser", KEY, theme);
  apply();
}

function apply(): void {
  const theme = chosenTheme();
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  forgetColours();
  onChange();
}

/** `changed` is called whenever what is drawn by hand has to be drawn anew. */
export function followTheme(changed: () => void): void {
  onChange = changed;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
}
