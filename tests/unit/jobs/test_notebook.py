"""Pages: DOIs of the text are links, and nothing else is changed."""

from tentips.jobs.notebook import with_linked_dois


def test_dois_of_the_text_are_links():
    text = "<p>Tuned alike (Lee et al. 2022, doi:10.1371/journal.pcbi.1009803). See doi:10.1/no and doi:10.1000/a(1)b, too.</p>"
    assert with_linked_dois(text) == (
        '<p>Tuned alike (Lee et al. 2022, <a href="https://doi.org/10.1371/journal.pcbi.1009803">doi:10.1371/journal.pcbi.1009803</a>). '
        'See doi:10.1/no and <a href="https://doi.org/10.1000/a(1)b">doi:10.1000/a(1)b</a>, too.</p>'
    )


def test_tags_scripts_drawings_and_links_stay_as_they_are():
    kept = (
        '<p title="doi:10.1000/x">a</p><script>"doi:10.1000/x"</script><svg><text>doi:10.1000/x</text></svg>'
        '<a href="https://doi.org/10.1000/x">doi:10.1000/x</a><style>/* doi:10.1000/x */</style>'
    )
    assert with_linked_dois(kept) == kept
