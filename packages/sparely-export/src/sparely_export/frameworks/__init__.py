"""Files of fitted models, each opened by the framework that wrote it, which is installed only where it is used."""
