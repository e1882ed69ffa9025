"""Linli 邻里: an open platform for governing the urban communities of a city district."""

__version__ = "0.1.0"
