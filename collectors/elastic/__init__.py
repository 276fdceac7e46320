"""Elasticsearch, the way in: job records that condor_adstash, CMS' spider or this program has put there."""
