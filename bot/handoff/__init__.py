"""When a chat goes to a person, how urgent it is, and what the agent gets to see first. Pure."""
