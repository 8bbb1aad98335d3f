/** The answers of a pure function, for as long as whoever asks keeps the result: nothing is kept by a module. */
export function memo<Value extends object, Answer extends {}>(
  of: (value: Value) => Answer,
  known: { get(value: Value): Answer | undefined; set(value: Value, answer: Answer): unknown } = new Map(),
): (value: Value) => Answer {
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const answer = of(value);
    known.set(value, answer);
    return answer;
  };
}
