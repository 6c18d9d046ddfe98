"""Errors are one line, whatever they quote."""

from tentips.errors import StudyError, listed


def test_an_error_is_one_line_whatever_it_quotes():
    line = str(StudyError("column 'a\nb' holds '\tx\u2028\u200b' and 'P\u00e9\u00a01'"))
    assert line == "column 'a\\nb' holds '\\tx\\u2028\\u200b' and 'P\u00e9\u00a01'" and len(line.splitlines()) == 1


def test_long_lists_say_how_many_more_there_are():
    assert listed(range(7), 3) == "0, 1, 2 and 4 more"
