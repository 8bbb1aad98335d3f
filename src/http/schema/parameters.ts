/** Words in the path of a route (`:id`), by name. Plain data: a request of a page costs no schema. */

interface Parameter {
  readonly form: RegExp;
  readonly description: string;
}

export const PARAMETERS = {
  id: {
    form: /^[1-9]\d{0,9}-\d{1,19}$/,
    description:
      "A process, as documents name it: its pid and its start, `4711-123456`. A pid alone is reused.",
  },
  name: {
    form: /^[^/\p{C}]{1,200}$/u,
    description: "The name of an app.",
  },
} as const satisfies Readonly<Record<string, Parameter>>;

export type ParameterName = keyof typeof PARAMETERS;

export const isParameter = (name: string): name is ParameterName => Object.hasOwn(PARAMETERS, name);
