"""Pictures: pure functions, arrays in, Altair charts out. Nothing here knows a page, a URL or a training."""
