"""The table of FOCUS columns is complete and does not contradict itself."""

import itertools
import re

import pytest

from analytics.focus.columns import (
    Column,
    Dataset,
    Form,
    Kind,
    Level,
    Version,
    all_columns,
    column,
    columns,
    currencies,
    service_subcategories,
)

REMOVED_IN_1_4 = {"ProviderName", "PublisherName"}
ADDED_BY_1_3 = {
    "AllocatedMethodDetails",
    "AllocatedMethodId",
    "AllocatedResourceId",
    "AllocatedResourceName",
    "AllocatedTags",
    "ContractApplied",
    "HostProviderName",
    "ServiceProviderName",
}
ADDED_BY_1_4 = {"CommitmentProgramEligibilityDetails", "InvoiceDetailId"}
FORMS = {
    Kind.STRING: {Form.TEXT, Form.UNIT, Form.ISO_4217, Form.CURRENCY_OR_CREDITS},
    Kind.DECIMAL: {Form.NUMBER},
    Kind.DATE_TIME: {Form.UTC_INSTANT},
    Kind.JSON: {Form.JSON_OBJECT, Form.KEY_VALUE},
}


def names(dataset: Dataset, version: Version) -> set[str]:
    return {each.name for each in columns(dataset, version)}


@pytest.mark.parametrize(
    ("dataset", "version", "count"),
    [
        (Dataset.COST_AND_USAGE, Version.V1_2, 57),
        (Dataset.COST_AND_USAGE, Version.V1_4, 57 + 8 + 2 - 2),
        (Dataset.BILLING_PERIOD, Version.V1_4, 6),
        (Dataset.INVOICE_DETAIL, Version.V1_4, 22),
        (Dataset.BILLING_PERIOD, Version.V1_2, 0),
        (Dataset.INVOICE_DETAIL, Version.V1_2, 0),
    ],
)
def test_each_version_has_as_many_columns_as_the_specification_says(dataset: Dataset, version: Version, count: int):
    assert len(columns(dataset, version)) == count


def test_two_versions_differ_by_what_was_added_and_removed_between_them():
    before, after = (names(Dataset.COST_AND_USAGE, version) for version in Version)
    assert before - after == REMOVED_IN_1_4
    assert after - before == ADDED_BY_1_3 | ADDED_BY_1_4


def test_lines_are_unique_and_in_order():
    keys = [(list(Dataset).index(each.dataset), each.name) for each in all_columns()]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("each", all_columns(), ids=lambda each: f"{each.dataset}.{each.name}")
def test_a_line_agrees_with_itself(each: Column):
    assert each.form in FORMS[each.kind]
    assert each.meaning
    assert each.source
    assert not (each.condition and each.level is Level.MANDATORY)
    assert len(set(each.allowed)) == len(each.allowed)
    assert each.introduced == "1.2" or each.is_draft or re.fullmatch(r"0\.5|1\.[01](-preview)?", each.introduced)


def test_what_came_after_1_2_was_read_from_drafts_and_says_so():
    drafts = {each.name for each in all_columns() if each.is_draft and each.dataset is Dataset.COST_AND_USAGE}
    assert drafts == ADDED_BY_1_3 | ADDED_BY_1_4
    assert all(each.is_draft for each in all_columns() if each.dataset is not Dataset.COST_AND_USAGE)


def test_every_category_has_subcategories_and_every_subcategory_a_category():
    categories = column(Dataset.COST_AND_USAGE, "ServiceCategory").allowed
    assert set(service_subcategories().values()) == set(categories)
    assert column(Dataset.COST_AND_USAGE, "ServiceSubcategory").allowed == tuple(service_subcategories())
    assert len(categories) == 19


def test_every_category_keeps_a_subcategory_for_the_rest():
    rest = {f"Other ({category})" for category in column(Dataset.COST_AND_USAGE, "ServiceCategory").allowed}
    assert rest <= set(service_subcategories())


def test_columns_that_come_in_pairs_are_both_there():
    for name in names(Dataset.COST_AND_USAGE, Version.V1_4):
        for one, other in itertools.permutations(("Start", "End"), 2):
            if name.endswith(f"Period{one}"):
                assert name.removesuffix(one) + other in names(Dataset.COST_AND_USAGE, Version.V1_4)


def test_currencies_are_codes_in_order_without_what_nobody_is_billed_in():
    assert all(re.fullmatch(r"[A-Z]{3}", code) for code in currencies())
    assert {"USD", "EUR", "JPY", "GBP"} <= currencies()
    assert not {"XXX", "XTS", "XAU", "DEM"} & currencies()
