"""One file a channel: each turns a messenger into `Incoming` and `Outgoing`, and knows no other part."""
