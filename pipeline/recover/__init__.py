"""What failed, put so that it can be submitted again: failed jobs in; a submit description or a DAG rescue out."""
