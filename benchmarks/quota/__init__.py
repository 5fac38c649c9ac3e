"""AWS as its quotas, pages and lags make it, in virtual time, around the functions as they are deployed."""
