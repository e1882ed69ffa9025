"""Pillar one 优化社区布局: the baseline survey, adjustment plans, and watching that the layout stays right."""
