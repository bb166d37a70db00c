"""What the API and the screens share: the way to the festival, errors, languages, sign-in, sockets, pages' frame."""
