/** monitor: CPU holds come from history alone. one-shot: two samples a moment apart, and the process's lifetime. */
export type Look = "monitor" | "one-shot";
