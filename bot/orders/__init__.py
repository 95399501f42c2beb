"""Where orders come from: the `OrderSource` protocol and its adapters."""
