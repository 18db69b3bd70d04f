"""What runs inside the validator's environment is no module of ours."""

collect_ignore = ["run.py"]
