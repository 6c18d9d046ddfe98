"""Names from data in Markdown."""

import pytest

from tentips.reporting.documents.plain_text import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
        ("[here](javascript:alert(1))", r"\[here\](javascript:alert(1))"),
        ("a\n# forged\n\nb", "a # forged b"),
        ("# forged", r"\# forged"),
        ("- a list", r"\- a list"),
        ("1. a list", r"1\. a list"),
        ("a | b", r"a \| b"),
        ("&lt;script&gt; and R&D", r"\&lt;script\&gt; and R&D"),
        ("$x$ of {x}", r"\$x\$ of {x}"),
        # What the statements write themselves stays.
        ("as it is known [@nadeau2003; @holm1979], p < 0.001", "as it is known [@nadeau2003; @holm1979], p < 0.001"),
    ],
)
def test_a_text_shows_as_it_is(text, shown):
    assert plain(text) == shown
