"""Figures over recorded calls: what they cost and how slow they were, by any dimension, over time.

`periods` are the times asked for, `sources` where each of their parts is read, `reading` reads and adds up.
"""
