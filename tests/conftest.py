"""What every test may lean on."""

pytest_plugins = ["plugins.doors", "pytester"]
