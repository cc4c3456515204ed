from collections import Counter
from xml.etree import ElementTree

from assistant.confusion import svg

NAMES = {"gas.leak": "燃气泄漏", "gas.no_gas": "停气 <无气>", "gas.billing": "气费"}


def test_the_picture_names_what_occurs_and_counts_each_confusion() -> None:
    drawn = svg(Counter({("gas.leak", "gas.leak"): 7, ("gas.no_gas", "gas.leak"): 2}), NAMES)

    texts = [element.text for element in ElementTree.fromstring(drawn).iter() if element.text]
    assert texts.count("燃气泄漏") == 2
    assert texts.count("停气 <无气>") == 2
    assert "气费" not in texts
    assert {"7", "2"} <= set(texts)
