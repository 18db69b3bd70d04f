"""What runs inside the environment of slo-generator is no module of ours."""

collect_ignore = ["run.py"]
