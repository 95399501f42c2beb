"""What tests share: servers and browsers of their own. No expectations here."""
