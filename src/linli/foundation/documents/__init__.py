"""Paper: official documents (DOCX), map sheets (PDF) and workbooks (XLSX), made from plain descriptions.

This package knows how paper looks and nothing of what is written on it. A caller describes a paper with the frozen
dataclasses of `official`, `sheets` or `workbook` and gets bytes back; the same description gives the same bytes.

What is printed is Chinese by law and therefore not translated: only refusals are.
"""
