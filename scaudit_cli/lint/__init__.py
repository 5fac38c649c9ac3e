"""`scaudit lint`: the configuration of services judged from files, before anything is deployed."""
