"""What happens on the festival day: rules and tables. Knows no web, no socket, no printer."""
