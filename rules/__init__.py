"""Pure decisions: facts and a policy go in, verdicts and a plan come out."""
