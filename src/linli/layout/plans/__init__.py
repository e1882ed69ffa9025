"""Adjustment plans (调整方案): made by the engine, shown beside the present, exported as official papers."""
