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

/** The last answer about each value, for as long as what else was asked about is the same: one tick asks several times. */
export function memoLast<Value extends object, Other, Third, Answer>(
  of: (value: Value, other: Other, third: Third) => Answer,
): (value: Value, other: Other, third: Third) => Answer {
  const known = new WeakMap<Value, { other: Other; third: Third; answer: Answer }>();
  return (value, other, third) => {
    const before = known.get(value);
    if (before !== undefined && before.other === other && before.third === third) return before.answer;
    const answer = of(value, other, third);
    known.set(value, { other, third, answer });
    return answer;
  };
}
