"""What goes on paper and into codes: values in, marks out. Knows no web, no sockets, no database."""
