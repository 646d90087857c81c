"""What the dashboard is looked at on."""

PHONE, LAPTOP = {"width": 360, "height": 780}, {"width": 1440, "height": 900}
