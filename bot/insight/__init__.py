"""Read-only reports over the store: what was asked, decided and shown. Nothing here changes a row."""
