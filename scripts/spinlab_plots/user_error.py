"""UserError: something that the user gave is wrong; plot.py prints it as one line, status 2."""


class UserError(Exception):
    pass
