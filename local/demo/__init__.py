"""scaudit shown for real: deployed, fed by the AWS command line, watched breaking and mending."""
