"""A test of the ordinary kind, beside the models."""

import dslc


def test_the_prices_come_from_one_small_layer() -> None:
    (model,) = dslc.compile("nets/prices.kdl").summary["models"]
    assert model["params"]["total"] == 14 * 64 + 65
