"""The portal 门户: home pages per role, navigation, search, the demo's beginnings."""
