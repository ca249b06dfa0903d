"""The dashboard: name faces in the browser. `labeler dashboard` starts it."""
