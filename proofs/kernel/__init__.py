"""The trusted core: terms, documents, Pauli rules. Standard library only; imports nothing else of noclone.

``rules.check(documents.read_protocol(data), certificate)`` returns what a certificate shows, or raises refusal.Refusal.
"""
