"""ClassAds as HTCondor writes them: text and JSON in, typed values out, and back."""
