"""Everything about recorded calls: writing them, keeping them, finding them."""
