"""What systems of mine action hand on: field reports, tables that belong together, pages of a service, lists of words.

`maxml` reads field reports, `related` joins tables by their keys, `pages` joins the answers of a feature service,
`choices` takes words from the form that made a table. `numbered_points`, `shape_words` and `devices` are what field
reports and databases share; `notebook` keeps what they find wrong.
"""
