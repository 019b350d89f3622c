"""What a receipt put into a day can be taken out of it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from ...figures.pos_day import NonSale
from ...figures.receipt import Receipt, Sold, add_up, load

amounts = st.integers(-(10**7), 10**7)
ids = st.integers(0, 4)
sold = st.builds(
    Sold,
    ids,
    ids,
    ids,
    st.lists(ids, max_size=2).map(tuple),
    st.lists(ids, max_size=1).map(tuple),
    amounts,
    amounts,
    st.integers(-5, 5).map(float),
)
receipts = st.builds(
    Receipt,
    st.just(7),
    st.lists(sold, max_size=4).map(tuple),
    st.lists(
        st.builds(
            NonSale,
            st.sampled_from(["tip", "gift_sold"]),
            ids,
            ids,
            amounts,
            st.just(7),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(st.tuples(ids, amounts, st.integers(0, 2)), max_size=3).map(tuple),
    st.just((1, 2, 3, 4, 5, 6)),
)


@given(receipts)
def test_a_receipt_survives_a_journey_through_json(receipt):
    known = load(json.loads(json.dumps(receipt.dump())))
    assert known == receipt if receipt else not known


@given(st.lists(receipts, max_size=4))
def test_what_came_in_goes_out_and_leaves_nothing(some):
    sums = add_up([(1, one) for one in some] + [(-1, one) for one in some])
    assert not any(sums.values())


@given(receipts, receipts)
def test_a_receipt_that_changed_is_the_difference(before, after):
    change = add_up([(-1, before), (1, after)])
    gross = sum(line.net + line.vat for line in change["lines"])
    assert gross == sum(one.net + one.vat for one in after.sold) - sum(
        one.net + one.vat for one in before.sold
    )
