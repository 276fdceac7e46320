"""A cube made of the cube before it and of what the lake has since: equal to one that is made from nothing.

In: the published cube, the lake's tables at the versions that it was made of, and at those of now. Out: a new cube
file, or the reason why it has to be made from nothing.
"""
