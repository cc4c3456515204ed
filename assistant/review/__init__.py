"""Quality assurance: screening, scoring, sampling, verdicts, appeals, exports. Pure; storage and HTTP stand outside."""
