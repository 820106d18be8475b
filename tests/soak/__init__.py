"""Random journeys through random pages, with our driver and with the real htmx in Chromium."""
