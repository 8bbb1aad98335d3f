/** The answers of a pure function, for as long as whoever asks keeps the result: nothing is kept by a module. */
export function memo<Value extends object, Answer extends {}>(
  of: (value: Value) => Answer,
): (value: Value) => Answer {
  const known = new Map<Value, Answer>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const answer = of(value);
    known.set(value, answer);
    return answer;
  };
}
