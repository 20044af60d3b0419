"""The shell of every page: page registry, address, controls, talk mode, paper check, downloads."""
