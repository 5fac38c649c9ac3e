"""scaudit: does Amazon ECS Service Connect really work for this task?"""

__version__ = "0.1.0"
