// One question for several panels: who asks within the same turn gets the same answer.
//
//   const slos = shared(page, (signal) => ask("/v1/slos", {}, { signal }));
//   panel(page, { load: slos, ... })
//
// A change of the query asks anew, and so does `slos.forget()`, after something was changed on the server.

const STAYS_MS = 500;

export function shared(page, question) {
  let asked = null;
  const load = () => {
    if (asked === null) {
      const turn = question(page.signal);
      asked = turn;
      const end = () => setTimeout(() => (asked = asked === turn ? null : asked), STAYS_MS);
      turn.then(end, end);
    }
    return asked;
  };
  load.forget = () => {
    asked = null;
  };
  page.changed(load.forget);
  return load;
}

// A question that waits until another was answered, or failed: what people look at first is not slowed down by the rest.
export function following(first, question) {
  return (signal) => first(signal).then(() => null, () => null).then(() => question(signal));
}

// The same, for several panels.
export function after(page, first, question) {
  return shared(page, following(first, question));
}
