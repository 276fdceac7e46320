"""Asking HTCondor's daemons over the network, with htcondor2: what the sources of daemons share."""
