// Why a bill and the ledger differ, in words; `analytics/reconciliation/causes.py` has the table of when.

export const CAUSES = {
  unpriced: "our usage has no price, the bill has one", missing_day: "one side says nothing of the day", missing_spans: "billed, and no span of ours tells of it",
  late: "spans came after the bill was taken", missing_in_bill: "our usage, which the bill does not have", rounding: "within the bound of rounding for each line",
  quantity_difference: "the bill counts another quantity", price_difference: "the same quantity at another price", unexplained: "the bill tells no quantity to decide by",
  credits: "credits on the bill", tax: "tax on the bill", other: "lines that charge for no usage",
};

export function causeName(cause) {
  return cause.replaceAll("_", " ");
}
