"""Take in calls that other programs tracked: both shapes of spec section 6, each event at most once."""
