"""The saved queries, and the language that they are in, run by the local AWS's evaluator."""
