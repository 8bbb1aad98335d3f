/**
 * Writes data as YAML that no reader takes for anything else: texts are always quoted, and no line is folded.
 */
import { stringify } from "yaml";

export const yamlText = (documents: readonly unknown[]): string =>
  documents
    .map((each) =>
      stringify(each, {
        defaultStringType: "QUOTE_DOUBLE",
        defaultKeyType: "PLAIN",
        lineWidth: 0,
        aliasDuplicateObjects: false,
      }),
    )
    .join("---\n");
