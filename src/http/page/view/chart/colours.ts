/** The colours of the style sheet, for a canvas. */
import { h } from "../../dom/element.ts";

/** The canvas knows no custom property: the colour is read from an element that has it. */
function colours(): (token: string) => string {
  const probe = h("span", { class: "unseen" });
  document.body.append(probe);
  const known = new Map<string, string>();
  return (token) => {
    const found = known.get(token);
    if (found !== undefined) return found;
    probe.style.setProperty("color", `var(--${token})`);
    const colour = getComputedStyle(probe).color;
    known.set(token, colour);
    return colour;
  };
}

let colourOf: ((token: string) => string) | null = null;

/** When the page goes from light to dark. */
export const forgetColours = (): void => void (colourOf = null);

export const colour = (token: string): string => (colourOf ??= colours())(token);
