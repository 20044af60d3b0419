"""The figures of pages that are more than one plot."""
