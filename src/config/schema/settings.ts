/** The settings as types. They derive from the one schema; valibot itself is not loaded by importing this. */
import type { InferOutput } from "valibot";
import type { fileSchema } from "./schema.ts";

/** What one file, the environment or the flags say: every key may be missing. */
export type Layer = InferOutput<typeof fileSchema>;

export type RuleSetting = NonNullable<Layer["rules"]>[number];
export type ProtectSetting = NonNullable<Layer["protect"]>[number];

export type Settings = {
  readonly [Key in Exclude<keyof Layer, "$schema">]-?: NonNullable<Layer[Key]> extends readonly unknown[]
    ? Readonly<NonNullable<Layer[Key]>>
    : NonNullable<Layer[Key]> extends object
      ? Readonly<Required<NonNullable<Layer[Key]>>>
      : Exclude<Layer[Key], undefined>;
};
