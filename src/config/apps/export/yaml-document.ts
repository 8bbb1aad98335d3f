/**
 * Writes data as YAML that no reader takes for anything else: texts are always quoted, and no line is folded.
 */
import { dump } from "js-yaml";

export const yamlText = (documents: readonly unknown[]): string =>
  documents
    .map((each) => dump(each, { forceQuotes: true, quoteStyle: "double", lineWidth: -1, noRefs: true }))
    .join("---\n");
