/**
 * Makes elements. What a process, a file or a person has chosen gets into the page here alone, as text nodes and as attributes
 * that cannot run anything: there is no way to give markup, a style or a handler as text.
 */

export type Child = Node | string | null | undefined | false;

type Handlers = {
  readonly [Name in keyof HTMLElementEventMap as `on${Name}`]?: (event: HTMLElementEventMap[Name]) => void;
};

export type Attributes = Handlers & {
  readonly class?: string;
  readonly id?: string;
  readonly role?: string;
  readonly title?: string;
  readonly for?: string;
  readonly href?: `#${string}`;
  readonly type?: string;
  readonly name?: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly autocomplete?: "off";
  readonly spellcheck?: "false";
  readonly tabindex?: "0" | "-1";
  readonly scope?: "col" | "row";
  readonly colspan?: string;
  readonly dir?: "ltr" | "auto";
  readonly hidden?: boolean;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly selected?: boolean;
} & { readonly [Name in `aria-${string}` | `data-${string}`]?: string };

/** `href` is a place within the page; every other address is refused by its type. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries<unknown>(attributes)) {
    if (typeof value === "function")
      element.addEventListener(name.slice(2), (event) => void Reflect.apply(value, element, [event]));
    else if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  add(element, ...children);
  return element;
}

export function add(parent: Element, ...children: readonly Child[]): void {
  for (const child of children)
    if (child !== null && child !== undefined && child !== false) parent.append(child);
}

/** Leaves the nodes alone where nothing has changed, so that a selection and the focus stay. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setClass(element: Element, name: string): void {
  if (element.getAttribute("class") !== name) element.setAttribute("class", name);
}

export function setAttribute(
  element: Element,
  name: `aria-${string}` | `data-${string}` | "title" | "points",
  value: string | null,
): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** A place within the page. */
export function setPlace(link: HTMLAnchorElement, place: `#${string}`): void {
  if (link.getAttribute("href") !== place) link.setAttribute("href", place);
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** By the CSSOM: the page's policy forbids style attributes. */
export function setProperty(element: HTMLElement | SVGElement, name: string, value: string): void {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}
