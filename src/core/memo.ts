/** The answer of a pure function about a value that lives longer than one question. */
export function memo<Value extends object, Answer extends {}>(
  of: (value: Value) => Answer,
): (value: Value) => Answer {
  const known = new WeakMap<Value, Answer>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const answer = of(value);
    known.set(value, answer);
    return answer;
  };
}
