"""The thin function's package: the service's handler without its engine's library, and the models' manifests."""
