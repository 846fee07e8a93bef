"""What there is to talk to: the catalogue, keys and addresses, the local model, the demo provider."""
