"""The `duka` command, so that it can be run as a module and pinned to a core."""

from web.cli import main

if __name__ == "__main__":
    main()
