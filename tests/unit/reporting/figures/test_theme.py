from tentips.reporting.figures import theme


def test_a_dollar_sign_in_a_name_is_a_dollar_sign():
    drawn, axes = theme.figure()
    axes.set_yticks([0, 1], ["$\\nosuch$", "price $ and $ {x}"])
    axes.set_title("a_b^c $x$")
    picture = theme.svg(drawn)
    assert "$\\nosuch$" in picture and "price $ and $ {x}" in picture and "a_b^c $x$" in picture
    assert theme.png(drawn).startswith(b"\x89PNG")


def test_powers_of_ten_are_numbers_and_not_formulas():
    drawn, axes = theme.figure()
    axes.plot([1e-5, 1e-1], [0, 1])
    axes.set_xscale("log")
    theme.short_log_ticks(axes.xaxis)
    picture = theme.svg(drawn)
    assert ">0.001<" in picture and ">1e-05<" in picture and "mathdefault" not in picture
