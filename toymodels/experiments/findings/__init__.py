"""Findings: the sentence above a figure, in Markdown, one module per page with one function per section.

Numbers, arrays or a run in, the sentence with that run's own numbers out.
"""
