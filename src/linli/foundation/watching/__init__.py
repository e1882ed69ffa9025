"""Watching (运行监测): log lines with a number per request, and figures for Prometheus; neither knows any person."""
