"""Rules of adjustment plans: assumptions, names, figures. Pure, without Django or database."""
