"""Pages that are neither a form nor a list: what the browser asks for them."""
