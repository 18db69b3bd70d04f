// How the figures of a chart stand at its axis: units that people read, and as many digits as tell the ticks apart.

const MS_PER_S = 1000;
const FEW = 5;

// The largest of what is drawn; nothing is 0.
function most(values) {
  return Math.max(0, ...values.flat().filter((value) => value !== null && value !== undefined).map(Math.abs));
}

// Dollars in dollars: never thousandths of one, which "m" would say.
export function dollars(values) {
  const largest = most(values);
  const places = largest >= 10 || largest === 0 ? 0 : largest >= 0.1 ? 2 : Math.min(12, 1 - Math.floor(Math.log10(largest)));
  return { prefix: "$", ticks: `,.${places}f` };
}

// Whole things: no tick between one and the next.
export function wholes(values) {
  return most(values) <= FEW ? { ticks: ",d", every: 1 } : { ticks: "~s" };
}

// Milliseconds, as seconds where they are many: `per` divides what is drawn.
export function times(values) {
  return most(values) >= 2 * MS_PER_S ? { suffix: " s", ticks: ",~g", per: MS_PER_S } : { suffix: " ms", ticks: ",~g", per: 1 };
}
