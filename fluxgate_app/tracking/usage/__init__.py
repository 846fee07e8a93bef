"""Vendor usage becomes our token counts: one small file a vendor."""
