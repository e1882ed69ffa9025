"""Backups (备份): one archive of database, files, seals and configuration, proved by restoring it.

`operations.take` writes an archive while people work, and restores it into a scratch database before it says that it
is done; `operations.restore` goes the same way and then lets the scratch database take the place of the old one.
"""
