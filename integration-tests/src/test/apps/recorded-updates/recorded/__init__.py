"""Updates recorded beforehand, replayed by a ClientApp."""
