"""What every room stands on and what knows no domain: trail, policies, jobs, geometry, tables, papers, the look."""
