import type { Rule } from "./policy.ts";

export const defaultRules: readonly Rule[] = [];
